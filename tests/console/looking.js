// What is looked for in a page: `problems` for whoever cannot see it or has no mouse, `contrast` for whoever sees little.
({
  problems: () => {
    const wrong = [];
    const named = (one) => (one.getAttribute("aria-label") || one.textContent || one.getAttribute("title") || "").trim();
    if (!document.documentElement.lang) wrong.push("the page has no language");
    if (document.querySelectorAll("h1").length !== 1) wrong.push("not one h1");
    if (document.querySelectorAll("main").length !== 1) wrong.push("not one main");
    let level = 0;
    for (const heading of document.querySelectorAll("h1, h2, h3, h4")) {
      const its = Number(heading.tagName[1]);
      if (its > level + 1) wrong.push(`a heading is left out before ${heading.textContent}`);
      level = its;
    }
    for (const one of document.querySelectorAll("a, button, summary")) if (!named(one)) wrong.push(`no name: ${one.outerHTML}`);
    for (const one of document.querySelectorAll("input:not([type=hidden]), select, textarea"))
      if (!one.labels.length && !one.getAttribute("aria-label")) wrong.push(`no label: ${one.outerHTML}`);
    for (const one of document.querySelectorAll("img")) if (one.getAttribute("alt") === null) wrong.push(`no alt: ${one.outerHTML}`);
    for (const one of document.querySelectorAll("table")) {
      if (!one.caption) wrong.push("a table without caption");
      if (!one.querySelector("th[scope=col]")) wrong.push("a table without headings");
    }
    const ids = [...document.querySelectorAll("[id]")].map((one) => one.id);
    for (const id of new Set(ids)) if (ids.filter((other) => other === id).length > 1) wrong.push(`twice: ${id}`);
    for (const one of document.querySelectorAll("[aria-labelledby], [aria-describedby]"))
      for (const id of `${one.getAttribute("aria-labelledby") || ""} ${one.getAttribute("aria-describedby") || ""}`.split(" "))
        if (id && !document.getElementById(id)) wrong.push(`refers to nothing: ${id}`);
    for (const one of document.querySelectorAll("nav")) if (!one.getAttribute("aria-label")) wrong.push("a nav without name");
    return wrong;
  },

  // WCAG 2.2: the relative luminance of each text against what lies behind it; the worst of the page.
  contrast: () => {
    const numbers = (text) => (text.match(/[0-9.]+/g) || []).map(Number);
    const luminance = ([r, g, b]) => {
      const [x, y, z] = [r, g, b].map((one) => one / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
      return 0.2126 * x + 0.7152 * y + 0.0722 * z;
    };
    const behind = (one) => {
      const layers = [];
      for (let at = one; at; at = at.parentElement) {
        const [r, g, b, a = 1] = numbers(getComputedStyle(at).backgroundColor);
        layers.push([r, g, b, a]);
        if (a === 1) break;
      }
      return layers.reverse().reduce((under, [r, g, b, a]) => [r, g, b].map((c, i) => c * a + under[i] * (1 - a)), [255, 255, 255]);
    };
    let worst = 21;
    for (const one of document.querySelectorAll("h1, h2, h3, p, dt, dd, th, td, a, button, label, span, summary, li, strong")) {
      if (!one.offsetParent || ![...one.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim())) continue;
      const ground = behind(one);
      const [r, g, b, a = 1] = numbers(getComputedStyle(one).color);
      const ink = [r, g, b].map((c, i) => c * a + ground[i] * (1 - a));
      const [low, high] = [luminance(ink), luminance(ground)].sort((x, y) => x - y);
      worst = Math.min(worst, (high + 0.05) / (low + 0.05));
    }
    return worst;
  },
})

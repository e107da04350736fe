// Turns every [data-picture] into a chart. What is drawn stands beside it as JSON, in #<name>-option: an option of
// ECharts in which a text such as "var(--tier-1)" is a colour of console.css. A datum may have `tip`, shown while it is
// pointed at, and `href`, a page of the console that a click leads to. The same figures are in the table below.
"use strict";

// The charting library empties elements by giving them no markup; nothing else may be written as markup.
if (window.trustedTypes) {
  window.trustedTypes.createPolicy("default", {
    createHTML: (markup) => (markup === "" || markup === null ? "" : null),
  });
}

const VARIABLE = /^var\((--[a-z0-9-]+)\)$/;
const dark = window.matchMedia("(prefers-color-scheme: dark)");
const still = window.matchMedia("(prefers-reduced-motion: reduce)");

function coloured(value, style) {
  if (typeof value === "string") {
    const named = VARIABLE.exec(value);
    return named ? style.getPropertyValue(named[1]).trim() : value;
  }
  if (Array.isArray(value)) return value.map((one) => coloured(one, style));
  if (value !== null && typeof value === "object") {
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, coloured(one, style)]));
  }
  return value;
}

// What every chart has alike, so that pages say only what is their own.
function themed(style) {
  const of = (name) => style.getPropertyValue(name).trim();
  const line = { lineStyle: { color: of("--line") } };
  const axis = {
    axisLine: line, axisTick: line, splitLine: { lineStyle: { color: of("--line") } },
    axisLabel: { color: of("--soft"), hideOverlap: true }, nameTextStyle: { color: of("--soft"), fontWeight: 600 },
  };
  return {
    color: ["--tier-1", "--tier-2", "--tier-3", "--tier-4", "--tier-emerging", "--tier-standard"].map(of),
    textStyle: { fontFamily: style.fontFamily, color: of("--ink") },
    valueAxis: axis, categoryAxis: axis, timeAxis: axis, logAxis: axis,
    legend: { textStyle: { color: of("--ink") }, inactiveColor: of("--line") },
    tooltip: {
      renderMode: "richText", confine: true, backgroundColor: of("--card"), borderColor: of("--line"),
      textStyle: { color: of("--ink"), fontSize: 12.5 },
    },
    radar: {
      axisLine: line, splitLine: line, splitArea: { areaStyle: { color: ["transparent"] } }, axisName: { color: of("--soft") },
    },
    visualMap: { textStyle: { color: of("--soft") } },
    line: { symbolSize: 7 },
  };
}

// On a phone signs are smaller, and names are told by the tip and the table alone.
const NARROW = 520;

function narrowed(option) {
  for (const series of option.series || []) {
    for (const datum of series.data || []) {
      if (datum !== null && typeof datum === "object" && typeof datum.symbolSize === "number") {
        datum.symbolSize = Math.max(6, datum.symbolSize * 0.6);
        if (datum.label) datum.label.show = false;
      }
    }
  }
  return option;
}

function element(name, text, className) {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  if (className) made.className = className;
  return made;
}

function tipOf(frame) {
  const box = element("div", undefined, "tip");
  box.hidden = true;
  frame.append(box);
  return {
    show(tip, at) {
      const list = element("dl");
      tip.lines.forEach(([label, value], index) => {
        const line = element("div", undefined, tip.rule !== undefined && index === tip.rule ? "ruled" : "");
        line.append(element("dt", label), element("dd", value));
        list.append(line);
      });
      box.replaceChildren(element("strong", tip.title), list);
      if (tip.note) box.append(element("p", tip.note, "soft"));
      box.hidden = false;
      const gap = 14;
      const right = at.x + gap + box.offsetWidth <= frame.clientWidth;
      box.style.left = `${Math.max(4, right ? at.x + gap : at.x - gap - box.offsetWidth)}px`;
      box.style.top = `${Math.max(0, Math.min(at.y - 20, frame.clientHeight - box.offsetHeight))}px`;
    },
    hide() {
      box.hidden = true;
    },
  };
}

function drawn(frame) {
  const given = JSON.parse(document.getElementById(`${frame.dataset.picture}-option`).textContent);
  const style = getComputedStyle(document.documentElement);
  const chart = window.echarts.init(frame, themed(style), { renderer: "svg" });
  const narrow = frame.clientWidth < NARROW;
  const option = narrow ? narrowed(coloured(given, style)) : coloured(given, style);
  chart.setOption({
    animation: !still.matches,
    animationDuration: 400,
    ...option,
    aria: { enabled: true, label: { description: frame.getAttribute("aria-label") } },
  });
  const tip = tipOf(frame);
  chart.on("mousemove", (event) => {
    if (event.data && event.data.tip) tip.show(event.data.tip, { x: event.event.offsetX, y: event.event.offsetY });
  });
  chart.on("mouseout", () => tip.hide());
  chart.on("globalout", () => tip.hide());
  chart.on("click", (event) => {
    const href = event.data && event.data.href;
    if (typeof href === "string" && href.startsWith("/console/")) window.location.assign(href);
  });
  frame.dataset.drawn = narrow ? "narrow" : "wide";
  return chart;
}

for (const frame of document.querySelectorAll("[data-picture]")) {
  let chart = drawn(frame);
  const again = () => {
    chart.dispose();
    chart = drawn(frame);
  };
  dark.addEventListener("change", again);
  new ResizeObserver(() => {
    const fits = frame.dataset.drawn === (frame.clientWidth < NARROW ? "narrow" : "wide");
    if (fits) chart.resize();
    else again();
  }).observe(frame);
  // On paper as on the screen: without this a print of the page would have the screen's width.
  window.addEventListener("beforeprint", () => chart.resize());
}

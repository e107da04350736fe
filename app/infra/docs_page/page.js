"use strict";
// Shows /openapi.json. Text only ever becomes text: nothing in the document can become markup or a script.

let api;
const METHODS = ["get", "post", "put", "patch", "delete"];
const byId = (id) => document.getElementById(id);

function el(tag, props = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value !== undefined && value !== false) made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.flat().filter((child) => child !== undefined && child !== null));
  return made;
}

// Paragraphs, `code` and **strong**: all that our descriptions use.
function inline(text) {
  return text.split(/(`[^`]+`|\*\*[^*]+\*\*)/).map((part) => {
    if (part.startsWith("`")) return el("code", {}, part.slice(1, -1));
    if (part.startsWith("**")) return el("strong", {}, part.slice(2, -2));
    return part;
  });
}
const prose = (text = "") => text.trim().split(/\n\s*\n/).filter(Boolean).map((part) => el("p", {}, inline(part)));

function resolved(node) {
  if (!node || !node.$ref) return node;
  const found = node.$ref.slice(2).split("/").reduce((at, key) => at[key.replace(/~1/g, "/").replace(/~0/g, "~")], api);
  return { ...found, ...(node.description ? { description: node.description } : {}) };
}
const nameOf = (node) => (node.$ref || "").split("/").pop();

function operations() {
  return Object.entries(api.paths).flatMap(([path, item]) =>
    METHODS.filter((method) => item[method]).map((method) => ({ path, method, ...item[method] })),
  );
}

// ---- schemas

function typeOf(schema) {
  if (!schema || schema === true) return ["anything"];
  if (schema.$ref) return [el("a", { href: `#schema/${nameOf(schema)}` }, nameOf(schema))];
  const union = schema.anyOf || schema.oneOf;
  if (union) return union.flatMap((each, i) => (i ? [" or ", ...typeOf(each)] : typeOf(each)));
  if (schema.enum) return schema.enum.flatMap((each, i) => [i ? " | " : "", el("code", {}, JSON.stringify(each))]);
  if ("const" in schema) return [el("code", {}, JSON.stringify(schema.const))];
  if (schema.type === "array") return ["list of ", ...typeOf(schema.items)];
  if (schema.type === "object" && schema.additionalProperties && schema.additionalProperties !== true)
    return ["map of ", ...typeOf(schema.additionalProperties)];
  return [schema.format ? `${schema.type} (${schema.format})` : schema.type || "anything"];
}

const BOUNDS = {
  minimum: "at least", exclusiveMinimum: "above", maximum: "at most", exclusiveMaximum: "below", minLength: "length from",
  maxLength: "length up to", minItems: "items from", maxItems: "items up to", maxProperties: "entries up to", pattern: "pattern",
  default: "by default",
};
function bounds(schema) {
  const branches = [schema, ...(schema.anyOf || [])];
  return branches.flatMap((each) => Object.entries(BOUNDS).filter(([key]) => each[key] !== undefined)
    .flatMap(([key, word]) => [`${word} `, el("code", {}, typeof each[key] === "string" ? each[key] : JSON.stringify(each[key])), " "]));
}

function described(schema) {
  const limits = bounds(schema);
  return [...prose(schema.description), ...(limits.length ? [el("p", { class: "soft" }, limits)] : [])];
}

function inner(schema) {
  if (schema.$ref) return [nameOf(schema)];
  const within = [...(schema.anyOf || schema.oneOf || []), schema.items, schema.additionalProperties];
  return within.filter((each) => each && typeof each === "object").flatMap(inner);
}

function schemaTable(schema) {
  schema = resolved(schema);
  const parts = [schema, ...(schema.allOf || []).map(resolved)];
  const fields = Object.assign({}, ...parts.map((part) => part.properties || {}));
  const needed = new Set(parts.flatMap((part) => part.required || []));
  if (!Object.keys(fields).length) return el("p", {}, typeOf(schema), " ", ...described(schema));
  const ordered = Object.entries(fields).sort(([a], [b]) => needed.has(b) - needed.has(a));
  const rows = ordered.map(([name, field]) =>
    el("tr", {},
      el("td", {}, el("span", { class: "name" }, name), needed.has(name) ? el("span", { class: "needed" }, "required") : null),
      el("td", {}, el("div", { class: "soft" }, typeOf(field)), described(field), inner(field).map(within))),
  );
  return el("table", {}, el("tbody", {}, rows));
}

// Opened only when asked for, so that deep schemas cost nothing.
function within(name) {
  const details = el("details", { class: "schema" }, el("summary", {}, name));
  details.addEventListener("toggle", () => {
    if (details.open && details.children.length === 1) details.append(schemaTable(api.components.schemas[name]));
  });
  return details;
}

function exampleOf(media) {
  if (!media) return undefined;
  if ("example" in media) return media.example;
  const first = Object.values(media.examples || {})[0];
  return first && resolved(first).value;
}
const pretty = (value) => (typeof value === "string" ? value : JSON.stringify(value, null, 2));

function block(text) {
  const shown = el("pre", { tabindex: "0" }, text);
  const copy = el("button", { type: "button", onclick: async () => {
    if (navigator.clipboard) await navigator.clipboard.writeText(shown.textContent);
    else getSelection().selectAllChildren(shown); // without TLS browsers keep the clipboard to themselves
    copy.textContent = navigator.clipboard ? "Copied" : "Selected";
    setTimeout(() => (copy.textContent = "Copy"), 1200);
  } }, "Copy");
  return Object.assign(el("div", { class: "block" }, shown, copy), { write: (next) => (shown.textContent = next) });
}

// ---- one operation

function parametersTable(parameters) {
  return el("table", {}, el("thead", {}, el("tr", {}, ["Parameter", "In", "What"].map((text) => el("th", { scope: "col" }, text)))),
    el("tbody", {}, parameters.map((each) => el("tr", {},
      el("td", {}, el("span", { class: "name" }, each.name), each.required ? el("span", { class: "needed" }, "required") : null),
      el("td", {}, each.in),
      el("td", {}, prose(each.description), el("p", { class: "soft" }, typeOf(each.schema), " ", bounds(each.schema)))))));
}

function answers(operation) {
  const shown = el("div");
  const entries = Object.entries(operation.responses);
  const show = (status, answer) => {
    for (const button of tabs.children) button.setAttribute("aria-pressed", String(button.textContent === status));
    const [kind, media] = Object.entries(answer.content || {})[0] || [];
    const headers = Object.entries(answer.headers || {});
    const example = exampleOf(media);
    shown.replaceChildren(
      ...prose(answer.description),
      ...(kind ? [el("p", { class: "soft" }, el("code", {}, kind))] : []),
      ...(example === undefined ? [] : [block(pretty(example))]),
      ...(media && media.schema ? [schemaTable(media.schema)] : []),
      ...(headers.length ? [el("h3", {}, "Headers"), el("table", {}, el("tbody", {}, headers.map(([name, header]) =>
        el("tr", {}, el("td", {}, el("span", { class: "name" }, name)), el("td", {}, prose(resolved(header).description))))))] : []),
    );
  };
  const tabs = el("div", { class: "tabs" }, entries.map(([status, answer]) =>
    el("button", { type: "button", onclick: () => show(status, resolved(answer)) }, status)));
  show(entries[0][0], resolved(entries[0][1]));
  return [tabs, shown];
}

// What is to be sent, from what stands in the fields.
function requestOf(operation, fields) {
  let path = operation.path;
  const query = new URLSearchParams();
  const headers = {};
  for (const [parameter, input] of fields) {
    const value = input.value.trim();
    if (parameter.in === "path") path = path.replace(`{${parameter.name}}`, encodeURIComponent(value) || `{${parameter.name}}`);
    else if (value && parameter.in === "query") query.set(parameter.name, value);
    else if (value && parameter.in === "header") headers[parameter.name] = value;
  }
  const asked = query.toString();
  return { url: location.origin + path + (asked ? `?${asked}` : ""), headers };
}

const quoted = (text) => `'${text.replace(/'/g, `'\\''`)}'`;
function curl(operation, request, body) {
  const lines = [`curl ${operation.method === "get" ? "" : `-X ${operation.method.toUpperCase()} `}${quoted(request.url)}`];
  if (operation.security && operation.security.length) lines.push('-H "Authorization: Bearer $KAP_KEY"');
  for (const [name, value] of Object.entries(request.headers)) lines.push(`-H ${quoted(`${name}: ${value}`)}`);
  if (body) lines.push("-H 'Content-Type: application/json'", `-d ${quoted(body)}`);
  return lines.join(" \\\n  ");
}

function attempt(operation, parameters, example) {
  const fields = parameters.map((parameter) => [parameter, el("input", {
    id: `field-${parameter.name}`, value: parameter.in === "path" ? String(parameter.example ?? "") : undefined, spellcheck: "false", autocomplete: "off" })]);
  const body = example === undefined ? null : el("textarea", { id: "field-body", spellcheck: "false" }, pretty(example));
  const command = block("");
  const result = el("div", { "aria-live": "polite" });
  const refresh = () => command.write(curl(operation, requestOf(operation, fields), body && body.value));
  const send = async () => {
    const request = requestOf(operation, fields);
    const key = byId("key").value.trim();
    if (key) request.headers.Authorization = `Bearer ${key}`;
    if (body) request.headers["Content-Type"] = "application/json";
    result.replaceChildren(el("p", { class: "soft" }, "Waiting…"));
    try {
      const answer = await fetch(request.url, { method: operation.method.toUpperCase(), headers: request.headers, body: body && body.value });
      const text = await answer.text();
      const json = /json/.test(answer.headers.get("content-type") || "");
      result.replaceChildren(el("h3", {}, `${answer.status} ${answer.statusText}`), block(json && text ? pretty(JSON.parse(text)) : text));
    } catch (error) {
      result.replaceChildren(el("p", {}, `There was no answer: ${error.message}`));
    }
  };
  const rows = fields.map(([parameter, input]) => [el("label", { for: input.id }, el("span", { class: "name" }, parameter.name)), input]);
  if (body) rows.push([el("label", { for: "field-body" }, "Body"), body]);
  const form = el("div", { class: "fields", oninput: refresh }, rows.flat());
  refresh();
  return [el("h2", {}, "Call it"), command,
    el("details", { class: "schema" }, el("summary", {}, "Send it from here, to this very service"), form, el("button", { type: "button", class: "go", onclick: send }, "Send"), result)];
}

function operationPage(operation) {
  const parameters = (operation.parameters || []).map(resolved);
  const media = operation.requestBody && operation.requestBody.content["application/json"];
  const example = exampleOf(media);
  return [
    el("h1", {}, operation.summary),
    el("p", { class: "call" }, el("span", { class: `method ${operation.method}` }, operation.method), el("span", { class: "path" }, operation.path)),
    ...prose(operation.description),
    el("p", { class: "soft" }, "Operation ", el("code", {}, operation.operationId)),
    ...attempt(operation, parameters, example),
    ...(parameters.length ? [el("h2", {}, "Parameters"), parametersTable(parameters)] : []),
    ...(media ? [el("h2", {}, "Body ", typeOf(media.schema)), schemaTable(media.schema)] : []),
    el("h2", {}, "Answers"), ...answers(operation),
  ];
}

function schemaPage(name) {
  const schema = api.components.schemas[name];
  const example = (api.components.examples || {})[name];
  return [el("h1", {}, name), ...prose(schema.description), el("h2", {}, "Fields"), schemaTable(schema),
    ...(example ? [el("h2", {}, "Example"), block(pretty(example.value))] : [])];
}

function overview() {
  const groups = api.tags.map((tag) => el("tr", {}, el("td", {}, tag.name), el("td", {}, tag.description)));
  return [el("h1", {}, api.info.title), el("p", { class: "soft" }, `Version ${api.info.version} · OpenAPI ${api.openapi}`),
    ...prose(api.info.description), el("h2", {}, "What there is"), el("table", {}, el("tbody", {}, groups))];
}

// ---- the page

function index() {
  const wanted = byId("filter").value.trim().toLowerCase();
  const all = operations();
  const fits = (each) => [each.summary, each.path, each.operationId, each.method].join(" ").toLowerCase().includes(wanted);
  const groups = api.tags.map((tag) => {
    const links = all.filter((each) => (each.tags || []).includes(tag.name) && fits(each)).map((each) =>
      el("a", { href: `#operation/${each.operationId}` }, el("span", { class: `method ${each.method}` }, each.method === "delete" ? "del" : each.method), each.summary));
    return links.length ? el("details", { open: wanted !== "" }, el("summary", { title: tag.description }, tag.name), links) : null;
  });
  const names = Object.keys(api.components.schemas).filter((name) => name.toLowerCase().includes(wanted)).sort();
  groups.push(el("details", {}, el("summary", {}, "schemas"), names.map((name) => el("a", { href: `#schema/${name}` }, name))));
  byId("index").replaceChildren(...groups.filter(Boolean));
  mark();
}

function mark() {
  for (const link of document.querySelectorAll("#index a")) {
    const here = link.getAttribute("href") === location.hash;
    if (here) { link.setAttribute("aria-current", "page"); link.parentElement.open = true; } else link.removeAttribute("aria-current");
  }
}

function show() {
  const [kind, name] = decodeURIComponent(location.hash.slice(1)).split("/");
  const operation = kind === "operation" && operations().find((each) => each.operationId === name);
  const page = operation ? operationPage(operation) : kind === "schema" && api.components.schemas[name] ? schemaPage(name) : overview();
  const main = byId("main");
  main.replaceChildren(...page);
  main.scrollTop = 0;
  document.title = `${main.querySelector("h1").textContent} · Key Account Program API`;
  mark();
}

async function start() {
  try {
    const answer = await fetch("/openapi.json");
    if (!answer.ok) throw new Error(`it answered ${answer.status}`);
    api = await answer.json();
  } catch (error) {
    byId("main").replaceChildren(el("p", {}, `The API’s description could not be read: ${error.message}`));
    return;
  }
  byId("filter").addEventListener("input", index);
  addEventListener("hashchange", () => { show(); byId("main").focus(); });
  index();
  show();
}
start();

"use strict";
const EVERY_MILLISECONDS = 2000;
const shown = { view: "answers", trace: "" };
const $ = (selector) => document.querySelector(selector);
const milliseconds = (seconds) => (seconds === undefined ? "" : `${(seconds * 1000).toFixed(1)} ms`);
const clock = (nanoseconds) => new Date(nanoseconds / 1e6).toLocaleTimeString();
const short = (name) => name.split("/").pop();

async function asked(path) {
  const reply = await fetch(path);
  if (!reply.ok) throw new Error(await reply.text());
  return reply.json();
}

function element(name, text = "", kind = "") {
  const made = document.createElement(name);
  made.textContent = text;
  made.className = kind;
  return made;
}

function row(cells, onClick) {
  const made = element("tr", "", onClick ? "link" : "");
  made.append(...cells.map(([text, kind]) => element("td", text, kind)));
  if (onClick) made.addEventListener("click", onClick);
  return made;
}

async function showAnswers() {
  const rows = (await asked("/api/answers")).map((trace) => {
    const told = trace.attributes;
    const first = told["askmesh.answer.first_text_seconds"];
    const degraded = told["askmesh.answer.degraded"] === "true" ? ", degraded" : "";
    const outcome = told["askmesh.answer.outcome"] || told["askmesh.answer.cache"] || "";
    const failed = trace.is_error ? "error" : "";
    return row([
      [clock(trace.start), "number"], [short(trace.name), failed], [told["askmesh.tenant"] || ""],
      [`${outcome}${degraded}` || told["rpc.response.status_code"] || "", failed],
      [first === undefined ? "" : milliseconds(Number(first)), "number"],
      [milliseconds(trace.seconds), "number"], [String(trace.spans), "number"],
      [trace.trace_id.slice(0, 8), "text"],
    ], () => show("trace", trace.trace_id));
  });
  $("#answers tbody").replaceChildren(...rows);
}

function nested(spans) {
  const known = new Set(spans.map((span) => span.span_id));
  const below = new Map();
  for (const span of [...spans].sort((one, other) => one.start - other.start)) {
    const parent = known.has(span.parent_id) ? span.parent_id : "";
    below.set(parent, [...(below.get(parent) || []), span]);
  }
  const rows = [];
  const visit = (id, depth) => {
    for (const span of below.get(id) || []) {
      rows.push([span, depth]);
      visit(span.span_id, depth + 1);
    }
  };
  visit("", 0);
  return rows;
}

function spanRow(span, depth, begin, length) {
  const made = element("div", "", "span");
  const name = element("span", `${"\u00a0\u00a0".repeat(depth)}${span.kind === "client" ? "\u2192 " : ""}${short(span.name)}`, "name");
  const lane = element("span", "", "lane");
  const bar = element("span", "", `bar ${span.kind}${span.is_error ? " error" : ""}`);
  bar.style.left = `${(100 * (span.start - begin)) / length}%`;
  bar.style.width = `${(100 * (span.end - span.start)) / length}%`;
  lane.append(bar);
  made.append(element("span", span.service), name, lane, element("span", milliseconds((span.end - span.start) / 1e9)));
  made.addEventListener("click", () => showAttributes(span));
  return made;
}

function showAttributes(span) {
  const told = [["span", span.name], ["service", span.service], ...Object.entries(span.attributes)];
  $("#attributes tbody").replaceChildren(...told.map(([name, value]) => row([[name], [value, "text"]])));
}

async function showTrace() {
  const trace = await asked(`/api/traces/${shown.trace}`);
  const begin = Math.min(...trace.spans.map((span) => span.start));
  const length = Math.max(...trace.spans.map((span) => span.end)) - begin || 1;
  $("#trace h2").textContent = `Trace ${shown.trace}${trace.whole ? "" : " (parts are missing so far)"}`;
  $("#waterfall").replaceChildren(...nested(trace.spans).map(([span, depth]) => spanRow(span, depth, begin, length)));
  $("#trace-logs tbody").replaceChildren(...(await asked(`/api/logs?trace_id=${shown.trace}`)).map(logRow));
}

async function showMetrics() {
  const services = await asked("/api/metrics");
  $("#metrics tbody").replaceChildren(...services.map((each) => each.problem
    ? row([[each.service], [each.problem, "error"]])
    : row([
      [each.service], [String(each.calls), "number"], [String(each.failed), each.failed ? "number error" : "number"],
      [milliseconds(each.median_seconds), "number"], [milliseconds(each.most_seconds), "number"],
      [milliseconds(each.lag_seconds), "number"], [`${(each.memory_bytes / 1048576).toFixed(0)} MiB`, "number"],
    ])));
  $("#stages tbody").replaceChildren(...services.flatMap((each) => each.stages.map((stage) => row([
    [each.service], [stage.stage], [String(stage.count), "number"],
    [milliseconds(stage.median_seconds), "number"], [milliseconds(stage.most_seconds), "number"],
  ]))));
}

function logRow(line) {
  const bad = line.level === "ERROR" || line.level === "WARNING" ? "error" : "";
  const trace = line.trace_id ? () => show("trace", line.trace_id) : undefined;
  return row([
    [line.time.slice(11, 23), "number"], [line.process], [line.level, bad], [line.text, "text"],
    [line.trace_id.slice(0, 8), "text"],
  ], trace);
}

async function showLogs() {
  $("#logs tbody").replaceChildren(...(await asked("/api/logs")).map(logRow));
}

const VIEWS = { answers: showAnswers, trace: showTrace, metrics: showMetrics, logs: showLogs };

async function refresh() {
  try {
    await VIEWS[shown.view]();
    $("#state").textContent = "";
  } catch (error) {
    $("#state").textContent = `Nothing new: ${error.message}`;
  }
}

function show(view, trace = "") {
  Object.assign(shown, { view, trace });
  for (const section of document.querySelectorAll("section")) section.classList.toggle("shown", section.id === view);
  for (const button of document.querySelectorAll("button")) button.classList.toggle("chosen", button.dataset.view === view);
  if (view === "trace") $("#attributes tbody").replaceChildren();
  refresh();
}

for (const button of document.querySelectorAll("button")) button.addEventListener("click", () => show(button.dataset.view));
setInterval(refresh, EVERY_MILLISECONDS);
show("answers");

// What happens on the page, in the order in which a person does it: a file, what its columns are, the answer.
import { ask, describe, Problem, send } from "./service.js";
import { codeFor, COPIES } from "./copy.js";
import { element } from "./dom.js";
import { showCharts, showResult, tablesOf } from "./result.js";
import { readQuery, showColumns, showGuesses, showParameters, writeQuery } from "./mapping.js";
import { SAMPLES } from "./samples.js";

const at = (id) => document.getElementById(id);
const BEGINNING = 1 << 20; // bytes of a file that are enough to guess from
let file = null;
let path = "/v1/score";
let answer = null;

function show(id, visible) {
  at(id).hidden = !visible;
}

function fail(error) {
  show("progress", false);
  if (error instanceof Problem && error.status === 401) {
    show("key", true);
    at("key-text").focus();
    return;
  }
  show("problem", true);
  describe(error, file).then((nodes) => at("problem-text").replaceChildren(...nodes));
}

async function open(opened) {
  file = opened;
  for (const id of ["mapping", "problem", "result", "key"]) show(id, false);
  at("file-state").textContent = `Looking at ${file.name}, ${file.size.toLocaleString()} bytes …`;
  const limits = await ask("GET", "/v1/limits");
  const most = limits.table_body_bytes ?? limits.limits?.table_body_bytes;
  if (most && file.size > most) throw new Error(`The file has ${file.size} bytes; this service takes at most ${most}.`);
  const partial = file.size > BEGINNING && !file.name.endsWith(".parquet");
  const part = partial ? file.slice(0, BEGINNING) : file;
  const found = await send(`/v1/table${partial ? "?partial=true" : ""}`, part, file.name);
  const rows = `${found.row_count.toLocaleString()} rows${partial ? " at its beginning" : ""}`;
  at("file-state").textContent = `${file.name}: ${rows}, ${found.columns.length} columns.`;
  showColumns(at("preview"), found.columns);
  showGuesses(at("guess"), found.guesses);
  choose(found.guesses, found.columns, 0);
  at("guess").onchange = () => choose(found.guesses, found.columns, at("guess").selectedIndex);
  at("add").onclick = () => showParameters(at("parameters"), [...readQuery(at("parameters")), ["", ""]], found.columns);
  show("mapping", true);
}

function choose(guesses, columns, index) {
  const guess = guesses[index] ?? { path: "/v1/score", query: "family=categorical&targets.=&predictions.=", why: "" };
  path = guess.path;
  at("why").textContent = guess.why ? `Why: ${guess.why}.` : "Nothing fits by itself: say which columns are which.";
  showParameters(at("parameters"), [...new URLSearchParams(guess.query)], columns);
}

function pathFor(parameters) {
  if (parameters.some(([name]) => name.startsWith("candidates."))) return "/v1/compare";
  return parameters.some(([name]) => name.startsWith("predictions.")) ? "/v1/score" : "/v1/advise";
}

async function score() {
  show("problem", false);
  show("result", false);
  const parameters = readQuery(at("parameters")).filter(([name, value]) => name && value);
  path = pathFor(parameters);
  const query = writeQuery(parameters);
  const outputs = { "/v1/score": "&outputs=diagnostics,charts", "/v1/compare": "&outputs=charts", "/v1/advise": "" }[path];
  const progress = at("progress");
  progress.value = 0;
  show("progress", true);
  answer = await send(`${path}?${query}${outputs}`, file, file.name, (part) => { progress.value = part; });
  show("progress", false);
  showResult({ verdict: at("verdict"), warnings: at("warnings"), details: at("details") }, answer);
  show("result", true);
  at("result").focus();
  await showCharts(at("charts"), answer.charts ?? {});
}

async function report() {
  const query = writeQuery(readQuery(at("parameters")).filter(([name, value]) => name && value));
  save(await send(`/v1/report?${query}`, file, file.name, null, "blob"), "report.html");
}

function save(blob, name) {
  const link = element("a", { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

function attempt(task) {
  return (event) => {
    event?.preventDefault();
    task(event).catch(fail);
  };
}

at("file").onchange = attempt(async () => at("file").files[0] && open(at("file").files[0]));
at("use-paste").onclick = attempt(() => open(new File([at("paste").value], "pasted.csv")));
at("query").onsubmit = attempt(score);
at("report").onclick = attempt(report);
at("tables").onclick = attempt(async () => save(new Blob([tablesOf(answer)], { type: "text/csv" }), "tables.csv"));
at("key-form").onsubmit = attempt(async () => {
  sessionStorage.setItem("key", at("key-text").value);
  show("key", false);
  if (file) await open(file);
});
for (const button of document.querySelectorAll("[data-copy]")) {
  button.onclick = attempt(async () => {
    const parameters = readQuery(at("parameters")).filter(([name, value]) => name && value);
    const url = new URL(`.${path}?${writeQuery(parameters)}`, document.baseURI).href;
    await navigator.clipboard.writeText(codeFor(button.dataset.copy, url, file));
    at("copied").textContent = `Copied: ${COPIES[button.dataset.copy]}`;
  });
}
for (const [title, name, text] of SAMPLES) {
  const button = element("button", { type: "button" }, title);
  button.onclick = attempt(() => open(new File([text()], name)));
  at("samples").append(button);
}
const drop = at("drop");
drop.ondragover = (event) => { event.preventDefault(); drop.classList.add("over"); };
drop.ondragleave = () => drop.classList.remove("over");
drop.ondrop = attempt(async (event) => {
  drop.classList.remove("over");
  if (event.dataTransfer.files[0]) await open(event.dataTransfer.files[0]);
});
document.onpaste = (event) => {
  if (event.target.tagName !== "TEXTAREA" && event.target.tagName !== "INPUT" && event.clipboardData.getData("text")) {
    attempt(() => open(new File([event.clipboardData.getData("text")], "pasted.csv")))();
  }
};

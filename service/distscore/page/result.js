// The answer: words first, then charts, then the tables behind them.
import { element, shown, table } from "./dom.js";

export function showResult(places, answer) {
  const sentences = [answer.diagnostics?.verdict?.text, ...(answer.results ?? []).map((each) => each.text)].filter(Boolean);
  if (answer.value !== undefined) {
    const error = answer.value_standard_error === null ? "" : ` ± ${shown(answer.value_standard_error)}`;
    sentences.push(`${answer.loss}: ${shown(answer.value)}${error} ${answer.units}, ${answer.row_count} rows.`);
  }
  for (const each of answer.recommendations ?? []) sentences.push(`${each.family}, ${each.loss}: ${each.why} ${each.caveat}`);
  places.verdict.replaceChildren(...sentences.map((text) => element("p", {}, text)));
  const warnings = (answer.warnings ?? []).map((each) => element("li", {}, each.message));
  places.warnings.replaceChildren(...(warnings.length ? [element("h3", {}, "Look at this"), element("ul", {}, ...warnings)] : []));
  places.details.replaceChildren(...records(answer).map(([caption, rows]) => table(caption, rows)));
}

// The tables of an answer, by title: lists of flat records.
function records(answer) {
  const found = [];
  const add = (caption, rows) => { if (rows?.length) found.push([caption, rows]); };
  const diagnostics = answer.diagnostics ?? {};
  add("Per class", diagnostics.per_class);
  add("Rows with the largest divergence", diagnostics.worst_rows);
  add("Segments", answer.groups?.map((each) => ({
    of: each.of, group: each.group, rows: each.row_count, value: each.value, "standard error": each.value_standard_error,
    "share of divergence": each.share_of_divergence, "difference from rest": each.difference_from_rest,
  })));
  for (const each of answer.results ?? []) {
    add(`Candidates by ${each.loss}`, each.candidates);
    add(`Differences by ${each.loss}`, each.differences?.map(({ top1, ...rest }) => rest));
  }
  add("Calibration", diagnostics.calibration?.bins);
  add("Quantiles of the losses", diagnostics.quantiles);
  return found;
}

export function tablesOf(answer) {
  const quoted = (text) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  return records(answer).map(([caption, rows]) => {
    const names = Object.keys(rows[0]);
    const lines = rows.map((row) => names.map((name) => quoted(typeof row[name] === "number" ? String(row[name]) : shown(row[name]))));
    return [quoted(caption), names.map(quoted).join(","), ...lines.map((line) => line.join(","))].join("\n");
  }).join("\n\n");
}

let vega = null;

function loadVega() {
  vega ??= new Promise((resolve, reject) => {
    const script = element("script", { src: document.querySelector("meta[name=vega]")?.content ?? "page/vega.js" });
    script.onload = () => resolve(window.vegaEmbed);
    script.onerror = () => reject(new Error("The charts could not be loaded."));
    document.head.append(script);
  });
  return vega;
}

// One image with one description: screen readers would read every mark.
function describeAsImage(svg, description) {
  for (const part of svg.querySelectorAll("[role], [aria-roledescription]")) {
    for (const attribute of ["role", "aria-roledescription", "aria-label"]) part.removeAttribute(attribute);
  }
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", description);
}

let latest = 0;

export async function showCharts(place, charts) {
  latest += 1;
  const mine = latest;
  place.replaceChildren();
  if (!Object.keys(charts).length) return;
  place.append(element("p", { class: "quiet" }, "Drawing the charts …"));
  const embed = await loadVega();
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  const light = { title: { color: "#ddd", subtitleColor: "#bbb" }, style: { "guide-label": { fill: "#ccc" }, "guide-title": { fill: "#ccc" } } };
  const options = {
    ast: true, actions: false, renderer: "svg", defaultStyle: false, logLevel: 1, tooltip: { disableDefaultStyle: true },
    config: { background: "transparent", ...(dark ? light : {}) },
  };
  const figures = [];
  for (const [name, specification] of Object.entries(charts)) {
    const figure = element("div", { class: "chart", id: `chart-${name}` });
    const { $schema, ...drawing } = specification; // of an edition that the script need not have
    await embed(figure, drawing, { mode: "vega-lite", ...options });
    describeAsImage(figure.querySelector("svg"), specification.description ?? name);
    figures.push(figure);
  }
  if (mine === latest) place.replaceChildren(...figures); // another answer may have come in the meantime
}

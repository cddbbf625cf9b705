// Which column of the file is which of the request: guesses, and lines that can be changed.
import { element, table } from "./dom.js";

export function showColumns(place, columns) {
  const records = columns.map((each) => ({
    column: each.name || "(no name)", type: each.type, empty: each.empty, minimum: each.minimum, maximum: each.maximum,
    "first cells": each.first.join(" | "),
  }));
  place.replaceChildren(table("Columns", records));
  place.hidden = false;
}

export function showGuesses(select, guesses) {
  const titles = guesses.map((each) => `${decodeURIComponent(each.query).replaceAll("&", ", ")}`);
  select.replaceChildren(...(titles.length ? titles : ["say which columns are which"]).map((title) => element("option", {}, title)));
}

const NAMES = [
  "family", "targets.probabilities", "targets.labels", "targets.counts", "targets.values", "predictions.logits",
  "predictions.probabilities", "predictions.mean", "predictions.rate", "candidates.second.logits", "candidates.second.probabilities",
  "sample_weights", "groups", "id", "loss", "classes", "positive", "missing", "normalization",
];

export function showParameters(place, parameters, columns) {
  const names = element("datalist", { id: "names" }, ...NAMES.map((name) => element("option", { value: name })));
  const values = element("datalist", { id: "values" }, ...columns.map((each) => element("option", { value: each.name })));
  const lines = parameters.map(([name, value], index) => {
    const remove = element("button", { type: "button", "aria-label": `Remove ${name || "this line"}` }, "×");
    const line = element("div", { class: "parameter" },
      element("input", { value: name, list: "names", "aria-label": `What it is, line ${index + 1}`, spellcheck: "false" }),
      element("input", { value, list: "values", "aria-label": `Which columns, line ${index + 1}`, spellcheck: "false" }),
      remove);
    remove.onclick = () => line.remove();
    return line;
  });
  place.replaceChildren(names, values, ...lines);
}

export function readQuery(place) {
  return [...place.querySelectorAll(".parameter")].map((line) => [...line.querySelectorAll("input")].map((input) => input.value.trim()));
}

// A second set of predictions makes candidates of both.
export function writeQuery(parameters) {
  const several = parameters.some(([name]) => name.startsWith("candidates."));
  const renamed = parameters.map(([name, value]) =>
    several && name.startsWith("predictions.") ? [`candidates.first.${name.slice("predictions.".length)}`, value] : [name, value]);
  return new URLSearchParams(renamed).toString();
}

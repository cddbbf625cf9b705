// Elements from data: text of users is always text, never markup.
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

export function shown(value) {
  if (value === null || value === undefined) return "";
  if (typeof value === "number") return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(4)));
  if (Array.isArray(value)) return value.map(shown).join(", ");
  return typeof value === "object" ? Object.values(value).map(shown).join(" ± ") : String(value);
}

export function table(caption, records, names = Object.keys(records[0] ?? {})) {
  const numeric = (name) => records.every((record) => record[name] === null || typeof record[name] === "number");
  const cell = (tag, name, text) => element(tag, numeric(name) ? { class: "number" } : {}, text);
  const head = element("tr", {}, ...names.map((name) => cell("th", name, name.replaceAll("_", " "))));
  const rows = records.map((record) => element("tr", {}, ...names.map((name) => cell("td", name, shown(record[name])))));
  const made = element("table", {}, element("caption", {}, caption), element("thead", {}, head));
  made.append(element("tbody", {}, ...rows));
  return element("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": caption }, made);
}

// The service: relative addresses only, a key for this tab, the progress of an upload, and problems in words.
import { element } from "./dom.js";

export class Problem extends Error {
  constructor(status, document) {
    super(document.detail ?? document.title ?? `The service answered ${status}.`);
    this.status = status;
    this.document = document;
  }
}

const TYPES = { parquet: "application/vnd.apache.parquet", tsv: "text/tab-separated-values" };

function headers() {
  const key = sessionStorage.getItem("key");
  return key ? { Authorization: `Bearer ${key}` } : {};
}

export async function ask(method, path) {
  const answer = await fetch(`.${path}`, { method, headers: headers() });
  const document = await answer.json();
  if (!answer.ok) throw new Problem(answer.status, document);
  return document;
}

export function typeOf(name) {
  return TYPES[name.split(".").pop().toLowerCase()] ?? "text/csv";
}

// XMLHttpRequest, because fetch does not tell how much of an upload was sent.
export function send(path, body, name, progress = null, kind = "json") {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", `.${path}`);
    request.responseType = kind === "json" ? "text" : "blob";
    request.setRequestHeader("Content-Type", typeOf(name));
    for (const [header, value] of Object.entries(headers())) request.setRequestHeader(header, value);
    if (progress) request.upload.onprogress = (event) => event.lengthComputable && progress(event.loaded / event.total);
    request.onerror = () => reject(new Error("The service cannot be reached."));
    request.onload = async () => {
      const text = kind === "json" ? request.response : null;
      if (request.status < 400) {
        resolve(text === null ? request.response : JSON.parse(text));
      } else {
        reject(new Problem(request.status, JSON.parse(text ?? (await request.response.text()))));
      }
    };
    request.send(body);
  });
}

// What is wrong, in words, with the line of the file that it is about.
export async function describe(error, file) {
  const errors = error.document?.errors ?? [];
  if (!errors.length) return [element("p", {}, error.message)];
  const isText = file && typeOf(file.name) !== TYPES.parquet && errors.some((each) => each.line);
  const lines = isText ? (await file.text()).split(/\r?\n/) : [];
  const items = errors.map((each) => {
    const where = [each.line && `line ${each.line}`, each.row !== undefined && `row ${each.row}`, each.column && `column ${each.column}`];
    const place = where.filter(Boolean).join(", ") || each.pointer || "the request";
    const item = element("li", {}, element("strong", {}, `${place}: `), each.detail);
    if (each.hint) item.append(element("br"), `${each.hint}`);
    if (each.line && lines[each.line - 1] !== undefined) item.append(element("pre", {}, element("mark", {}, lines[each.line - 1].slice(0, 300))));
    return item;
  });
  const more = error.document.error_count - errors.length;
  return [element("ul", {}, ...items), ...(more > 0 ? [element("p", {}, `And ${more} more of these.`)] : [])];
}

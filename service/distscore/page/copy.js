// The same request for other places than this page.
import { typeOf } from "./service.js";

export const COPIES = { curl: "a command for a shell", python: "Python with httpx", typescript: "TypeScript with fetch" };

const WRITERS = {
  curl: (url, type, name) => `curl -s '${url}' -H 'Content-Type: ${type}' --data-binary '@${name}'`,
  python: (url, type, name) => [
    "import httpx",
    "",
    `with open(${JSON.stringify(name)}, "rb") as file:`,
    `    answer = httpx.post(${JSON.stringify(url)}, content=file.read(), headers={"Content-Type": "${type}"})`,
    "answer.raise_for_status()",
    'print(answer.json()["diagnostics"]["verdict"]["text"])',
  ].join("\n"),
  typescript: (url, type, name) => [
    'import { readFile } from "node:fs/promises";',
    "",
    `const answer = await fetch(${JSON.stringify(url)}, {`,
    `  method: "POST", headers: { "Content-Type": "${type}" }, body: await readFile(${JSON.stringify(name)}),`,
    "});",
    "if (!answer.ok) throw new Error(await answer.text());",
    "console.log((await answer.json()).diagnostics.verdict.text);",
  ].join("\n"),
};

export function codeFor(language, url, file) {
  return WRITERS[language](url, typeOf(file.name), file.name.replaceAll("'", ""));
}

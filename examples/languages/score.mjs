// Scores a batch with fetch: node score.mjs http://127.0.0.1:8000 batch.json
import { readFile } from "node:fs/promises";

const [url, file] = process.argv.slice(2);
const response = await fetch(`${url}/v1/score`, {
  method: "POST",
  headers: { "Content-Type": "application/json" },
  body: await readFile(file),
});
const answer = await response.json();

if (!response.ok) {
  console.error(answer.status, answer.title);
  for (const { pointer, detail, hint } of answer.errors ?? []) {
    console.error(`${pointer}: ${detail}`);
    if (hint) console.error(`  ${hint}`);
  }
  process.exit(1);
}

if (answer.nonfinite_count > 0) {
  for (const { pointer, value } of answer.nonfinite) console.log(`${value} at ${pointer}`); // null where it stands
  process.exit();
}

const slopes = answer.gradients.logits.flatMap((line, row) => line.map((slope, column) => ({ slope, row, column })));
const steepest = slopes.reduce((one, other) => (Math.abs(other.slope) > Math.abs(one.slope) ? other : one));
console.log(`value ${answer.value}`);
console.log(`steepest ${steepest.slope} in row ${steepest.row}, class ${steepest.column}`);

// What types generated for TypeScript, and a client on them, do with the requests of the README: typed answers, and a
// typed refusal.

import createClient from "openapi-fetch";
import type { components, paths } from "./client";

type Schemas = components["schemas"];
type Json = "application/json" | "application/problem+json"; // answers are not wanted as Arrow streams

const service = createClient<paths, Json>({ baseUrl: process.argv[2] });
const logits = { logits: [[2.0, 0.5, -1.0], [0.1, 3.0, 0.2]] };
const targets = { probabilities: [[0.7, 0.2, 0.1], [0.0, 1.0, 0.0]] };
const request: Schemas["CategoricalScoreRequest"] = {
  family: "categorical",
  targets,
  predictions: logits,
  sample_weights: [1.0, 2.0],
  outputs: ["losses", "gradients", "diagnostics.decomposition"],
};

async function scored(body: Schemas["ScoreRequest"]) {
  const { data } = await service.POST("/v1/score", { body });
  if (data?.family !== "categorical") throw new Error("an answer of another family");
  return data;
}

const answer = await scored(request);
console.log("value", answer.value);
console.log("losses", ...(answer.losses ?? []));
for (const row of answer.gradients?.logits ?? []) console.log("gradient", ...row);
console.log("floor", answer.diagnostics?.decomposition?.floor);

const impossible = { probabilities: [[0.5, 0.5, 0.0], [0.0, 1.0, 0.0]] };
const infinite = await scored({ ...request, predictions: impossible });
if (infinite.losses?.[0] === null) console.log("infinite", infinite.nonfinite[0]!.pointer, infinite.nonfinite[0]!.value);

const table = await service.POST("/v1/compare", { body: { family: "categorical", targets, predictions: impossible } });
if (table.data && !("baseline" in table.data)) for (const line of table.data.results) console.log("compared", line.loss);

const zeros = { logits: [[0, 0, 0], [0, 0, 0]] };
const candidates = [{ name: "zeros", predictions: zeros }, { name: "logits", predictions: logits }];
const compared = await service.POST("/v1/compare", { body: { family: "categorical", targets, candidates } });
if (compared.data && "baseline" in compared.data) {
  const difference = compared.data.results[0]!.differences[0]!;
  console.log("difference", difference.name, difference.value);
}

const percentages = { probabilities: [[70, 20, 10], [0, 100, 0]] };
const { error } = await service.POST("/v1/score", { body: { ...request, targets: percentages } });
if (error) {
  console.log("refused", error.status, error.code);
  for (const wrong of error.errors ?? []) console.log("wrong", wrong.pointer, wrong.code);
}

// @ts-expect-error  a family that there is not
export const family: Schemas["ScoreRequest"] = { ...request, family: "softmax" };
// @ts-expect-error  a column of another family
export const column: Schemas["ScoreRequest"] = { ...request, predictions: { rate: [1, 2] } };
// the columns of its own family
export const means = (each: Schemas["ScoreResponse"]) => (each.family === "gaussian" ? each.gradients?.mean : undefined);

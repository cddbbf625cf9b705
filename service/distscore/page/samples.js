// Made-up data, the same every time: what people have, and what is wrong with it.
function generator(seed) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 4294967296;
  };
}

function normal(random) {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

function softmax(logits) {
  const sizes = logits.map((logit) => Math.exp(logit - Math.max(...logits)));
  const sum = sizes.reduce((a, b) => a + b);
  return sizes.map((size) => size / sum);
}

function votes(random) {
  const lines = ["case,camera,v_cat,v_dog,v_bird,z_cat,z_dog,z_bird"];
  for (let row = 1; row <= 400; row += 1) {
    const night = random() < 0.3;
    const truth = softmax([0, 1, 2].map(() => 2 * normal(random)));
    const counts = [0, 0, 0];
    for (let vote = 0; vote < 7; vote += 1) {
      const drawn = random();
      counts[drawn < truth[0] ? 0 : drawn < truth[0] + truth[1] ? 1 : 2] += 1;
    }
    const logits = truth.map((p) => (night ? 0.5 : 1) * Math.log(p) + (night ? 1 : 0.3) * normal(random));
    lines.push([`c${row}`, night ? "night" : "day", ...counts, ...logits.map((z) => z.toFixed(3))].join(","));
  }
  return lines.join("\n");
}

function events(random) {
  const lines = ["id,country,label,prob"];
  for (let row = 1; row <= 500; row += 1) {
    const logit = 1.5 * normal(random) - 0.5;
    const happened = random() < 1 / (1 + Math.exp(-logit));
    const overconfident = 1 / (1 + Math.exp(-2 * logit));
    lines.push([row, ["de", "fr", "it"][row % 3], Number(happened), overconfident.toFixed(4)].join(","));
  }
  return lines.join("\n");
}

function counts(random) {
  const lines = ["day;y_true;y_pred"];
  for (let row = 1; row <= 300; row += 1) {
    const rate = Math.exp(1 + 0.6 * Math.sin(row / 12));
    const burst = Math.exp(0.5 * normal(random));
    let left = Math.exp(-rate * burst);
    let count = 0;
    for (let product = random(); product > left; product *= random()) count += 1;
    lines.push([row, count, rate.toFixed(2).replace(".", ",")].join(";"));
  }
  return lines.join("\n");
}

export const SAMPLES = [
  ["Votes of annotators, a classifier", "votes.csv", () => votes(generator(7))],
  ["Events and their probabilities", "events.csv", () => events(generator(11))],
  ["Counts per day, with decimal commas", "counts.csv", () => counts(generator(13))],
];

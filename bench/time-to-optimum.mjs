// @ts-check
import { environments, Conversation } from "./pytorch/process.mjs";
import { fastestRecipe } from "./optimum-search.mjs";
import { median } from "./measure.mjs";
const environment = environments().at(-1);
function pytorch(estimator, source) {
  const talk = new Conversation("train_restricted.py", environment);
  return {
    async start({ dim, contextLength, loops }, recipe, seed) {
      await talk.ask({ start: { dim, context: contextLength, loops, estimator, source, seed, ...recipe } });
    },
    async take(steps) {
      const { seconds, preconditioner, average } = await talk.ask({ steps });
      return { seconds, weights: [preconditioner, average] };
    },
    close: () => talk.close(),
  };
}
for (const [n, L] of [[20, 2], [50, 5]]) for (const [e, s] of [["plain", "bartlett"], ["conditional", "bartlett"]]) {
  const t = pytorch(e, s);
  const b = performance.now();
  const r = await fastestRecipe(t, { dim: 10, contextLength: n, loops: L });
  console.log(n, L, e, s, JSON.stringify(r.recipe), median(r.times).toFixed(4), r.times.map((x) => x.toFixed(3)).join(" "), r.steps, "search s", ((performance.now() - b) / 1000).toFixed(0));
  t.close();
}

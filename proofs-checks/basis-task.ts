import type { GramPrompt } from "../src/prompt/gram-prompt.js";

/** The prompt on the same noise-free context with labels y_i = (x_i)_task, or all 0 for null. */
export function withBasisTask(prompt: GramPrompt, task: number | null): GramPrompt {
  const { dim } = prompt;
  const size = dim + 1;
  const gram = prompt.gram.slice();
  for (let i = 0; i <= dim; i++) {
    // The row of x_task is that of y as well; y·y is x_task·x_task.
    const entry = task === null ? 0 : prompt.gram[(i === dim ? task : i) * size + task]!;
    gram[i * size + dim] = entry;
    gram[dim * size + i] = entry;
  }
  return { ...prompt, gram };
}

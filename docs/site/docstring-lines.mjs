// @ts-check
// What TypeDoc is told of this project: entry points have the names they are imported by, and docstrings in
// the house form keep it. The lines that begin "Statement.", "Accuracy.", … become
// paragraphs of their own, and what is no code stays as it is written.
import { Converter } from "typedoc";

const LABELS = "Statement|Conventions|Shapes|Hypotheses|Accuracy|Throws|Source";
const LABELLED = new RegExp(`\\n[ \\t]*(${LABELS})\\.[ \\t]+`, "g");

/** A TypeDoc plugin. */
export function load(/** @type {import("typedoc").Application} */ app) {
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    for (const entry of project.children ?? [])
      entry.name = entry.name.replace(/^src(?=$|\/)/, "loopgd");
    for (const reflection of Object.values(project.reflections)) {
      const { comment } = reflection;
      if (comment === undefined || reflection.isDocument()) continue;
      for (const parts of [comment.summary, ...comment.blockTags.map(({ content }) => content)]) {
        for (const part of parts) if (part.kind === "text") part.text = asMarkdown(part.text);
      }
    }
  });
}

/** Text of a docstring as the Markdown that shows it. */
export function asMarkdown(/** @type {string} */ text) {
  // b* … c* is no emphasis, and n < d no tag.
  const literal = text.replace(/[*_<>~|]/g, "\\$&");
  return literal.replace(LABELLED, "\n\n**$1.** ").replace(/\n[ \t]+(?=\S)/g, "\n");
}

import { commandSnippet } from "../snippet/command-snippet.js";
import { typescriptSnippet } from "../snippet/typescript-snippet.js";
import type { ExplorerState, View } from "../state/explorer-state.js";
import { stateToHash } from "../state/state-hash.js";
import { element, every, inside } from "./element.js";

const COPIED = { link: "Link copied", typescript: "TypeScript copied", command: "Command copied" };

type Copied = keyof typeof COPIED;

/** How long a message stays, in milliseconds. */
const TOAST_TIME = 2500;

/** The text of a view in the form asked. */
function copiedText(what: Copied, state: ExplorerState): string {
  if (what === "typescript") return typescriptSnippet(state);
  if (what === "command") return commandSnippet(state);
  return `${location.href.replace(/#.*$/, "")}#${stateToHash(state)}`;
}

/** Makes every copy button work, for the state at the time it is pressed. */
export function bindCopying(stateNow: () => ExplorerState): void {
  for (const button of every<HTMLButtonElement>("[data-copy]")) {
    button.addEventListener("click", () => {
      const what = button.dataset.copy as Copied;
      const view = (button.closest<HTMLElement>("[data-view]")?.dataset.view ??
        stateNow().view) as View;
      void copy(copiedText(what, { ...stateNow(), view }), COPIED[what]);
    });
  }
}

async function copy(text: string, message: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    say(message);
  } catch {
    // No clipboard here, or none allowed: the text is shown, selected.
    const dialog = element<HTMLDialogElement>("copy-dialog");
    const area = inside<HTMLTextAreaElement>(dialog, "textarea");
    area.value = text;
    dialog.showModal();
    area.select();
  }
}

let hiding: ReturnType<typeof setTimeout> | undefined;

/** Shows a message for a moment. */
function say(message: string): void {
  const toast = element("toast");
  toast.textContent = message;
  clearTimeout(hiding);
  hiding = setTimeout(() => {
    toast.textContent = "";
  }, TOAST_TIME);
}

// @ts-check
// Links that lead nowhere: in Markdown files of the repository, and in the pages of a built site.
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, posix, relative, resolve } from "node:path";

/** A link as it is written, and where. */
/** @typedef {{ file: string, link: string, reason: string }} BrokenLink */

const OUTSIDE = /^(?:[a-z][a-z+.-]*:|\/\/)/i;

/** Links of the site's pages to files or anchors that are not there, and anything loaded from elsewhere. */
export function brokenSiteLinks(/** @type {string} */ folder) {
  const pages = new Map(
    filesBelow(folder)
      .filter((file) => file.endsWith(".html"))
      .map((file) => [file, readFileSync(file, "utf8")]),
  );
  const anchors = new Map([...pages].map(([file, text]) => [file, anchorsOf(text)]));
  return [...pages].flatMap(([file, text]) =>
    [...text.matchAll(/<(\w+)[^>]*?\s(href|src|srcset)="([^"]*)"/g)].flatMap(
      ([, tag, attribute, link]) => {
        // Icons, which a script adds.
        if (tag === "use") return [];
        const name = relative(folder, file);
        const target = decoded(/** @type {string} */ (link));
        if (OUTSIDE.test(target)) {
          // A page may lead elsewhere when it is asked to; it may load nothing from there.
          const isLoaded = (attribute !== "href" || tag === "link") && !target.startsWith("data:");
          return isLoaded ? [{ file: name, link: target, reason: "is loaded from elsewhere" }] : [];
        }
        const [path = "", anchor] = target.split("#");
        const page = path === "" ? file : resolve(dirname(file), path.split("?")[0] ?? "");
        return complaint(name, target, page, anchor, anchors.get(page));
      },
    ),
  );
}

/** Links between Markdown files, with anchors as GitHub makes them, that lead nowhere. */
export function brokenMarkdownLinks(
  /** @type {string} */ root,
  /** @type {readonly string[]} */ files,
) {
  return files.flatMap((file) => {
    const text = withoutCode(readFileSync(join(root, file), "utf8"));
    const links = [
      ...[...text.matchAll(/\]\(([^()\s]*(?:\([^()]*\))?[^()\s]*)(?:\s+"[^"]*")?\)/g)],
      ...[...text.matchAll(/\s(?:href|src|srcset)="([^"]*)"/g)],
    ];
    return links.flatMap(([, link]) => {
      const target = decoded(/** @type {string} */ (link));
      if (OUTSIDE.test(target)) return [];
      const [path = "", anchor] = target.split("#");
      const page = path === "" ? file : posix.join(posix.dirname(file), path);
      const isMarkdown = page.endsWith(".md") && existsSync(join(root, page));
      const anchors = isMarkdown
        ? headingAnchors(readFileSync(join(root, page), "utf8"))
        : undefined;
      return complaint(file, target, join(root, page), anchor, anchors);
    });
  });
}

/** @returns {BrokenLink[]} */
function complaint(
  /** @type {string} */ file,
  /** @type {string} */ link,
  /** @type {string} */ target,
  /** @type {string | undefined} */ anchor,
  /** @type {ReadonlySet<string> | undefined} */ anchors,
) {
  if (!existsSync(target)) return [{ file, link, reason: "leads to no file" }];
  const isThere = anchor === undefined || anchor === "" || anchors?.has(anchor) === true;
  return isThere ? [] : [{ file, link, reason: "leads to no anchor" }];
}

function anchorsOf(/** @type {string} */ page) {
  return new Set([...page.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => decoded(String(id))));
}

/** Anchors of headings: lower case, spaces to hyphens, punctuation gone, doubles numbered. */
export function headingAnchors(/** @type {string} */ markdown) {
  /** @type {Map<string, number>} */
  const seen = new Map();
  const anchors = [
    ...withoutCode(markdown, "blocks").matchAll(/^#{1,6}[ \t]+(.+?)[ \t]*#*$/gm),
  ].map(([, heading]) => {
    const plain = String(heading).replace(/\[([^\]]*)\]\([^)]*\)/g, "$1");
    const anchor = plain
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\p{M}_\- ]/gu, "")
      .replaceAll(" ", "-");
    const count = seen.get(anchor) ?? 0;
    seen.set(anchor, count + 1);
    return count === 0 ? anchor : `${anchor}-${count}`;
  });
  return new Set(anchors);
}

function withoutCode(
  /** @type {string} */ markdown,
  /** @type {"all" | "blocks"} */ which = "all",
) {
  const text = markdown.replace(/^([ \t]*)(`{3,})[\s\S]*?^\1\2[ \t]*$/gm, "");
  return which === "all" ? text.replace(/(`+)(?!`)[^\n]*?[^`]\1(?!`)/g, "") : text;
}

/** @returns {string[]} */
function filesBelow(/** @type {string} */ folder) {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? filesBelow(path) : [path];
  });
}

function decoded(/** @type {string} */ link) {
  return decodeURIComponent(link.replaceAll("&amp;", "&"));
}

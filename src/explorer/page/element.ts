/** The element of an id, which the page has. */
export function element<T extends HTMLElement>(id: string): T {
  return document.getElementById(id) as T;
}

/** The one element of a selector inside another, which the page has. */
export function inside<T extends HTMLElement>(parent: ParentNode, selector: string): T {
  return parent.querySelector(selector) as T;
}

/** Every element of a selector. */
export function every<T extends HTMLElement>(selector: string): T[] {
  return [...document.querySelectorAll<T>(selector)];
}

/** The card of a view. */
export function cardOf(view: string): HTMLElement {
  return inside(document, `section[data-view="${view}"]`);
}

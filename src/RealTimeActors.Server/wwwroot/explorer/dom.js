// What every part of the explorer draws with. Text is only ever text: nothing that came from the server is read as HTML.

export const $ = id => document.getElementById(id);

export function el(tag, className = "", ...children) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.append(...children.map(String));
  return element;
}

/** Like `el`, of elements. */
export function box(tag, className, ...children) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.append(...children);
  return element;
}

/** Sets a text where it is another one: what is selected or read aloud is left alone otherwise. */
export function say(element, text) {
  const wanted = String(text);
  if (element.textContent !== wanted) element.textContent = wanted;
}

/** One child per item, in order. Those that are there already are kept, and with them focus, selection and what is unfolded. */
export function keyed(container, items, keyOf, make, show = () => {}) {
  const present = new Map();
  for (const child of container.children) present.set(child.dataset.key, child);
  const keys = new Set(items.map(item => String(keyOf(item))));
  for (const [key, child] of present) if (!keys.has(key)) child.remove();
  let next = container.firstElementChild;
  for (const item of items) {
    const key = String(keyOf(item));
    let child = present.get(key);
    if (!child) {
      child = make(item);
      child.dataset.key = key;
    }
    if (child === next) next = next.nextElementSibling;
    else container.insertBefore(child, next);
    show(child, item);
  }
}

/** A row of a table with so many cells; the first is its heading. */
export function row(classNames) {
  const line = document.createElement("tr");
  classNames.forEach((className, i) => {
    const cell = document.createElement(i === 0 ? "th" : "td");
    if (i === 0) cell.scope = "row";
    cell.className = className;
    line.append(cell);
  });
  return line;
}

/** A number, or a dash where it is not known. */
export function number(value) { return value === null || value === undefined ? "–" : value.toLocaleString("en-US"); }

/** How long ago something was. */
export function ago(time, now = Date.now()) {
  const seconds = Math.max(0, Math.round((now - Date.parse(time)) / 1000));
  if (seconds < 2) return "now";
  return `${span(seconds)} ago`;
}

export function span(seconds) {
  if (seconds < 90) return `${seconds} s`;
  if (seconds < 5_400) return `${Math.round(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.round(seconds / 3_600)} h`;
  return `${Math.round(seconds / 86_400)} days`;
}

// One line of the sheet as an office sees it: its fields, what waits, and at each field what became of the last edit.

import { box, el, say } from "../explorer/dom.js";
import { amountText, FIELDS, fieldsOf, LINES } from "./fields.js";

const SAID_MS = 12_000;

export class Line {
  #office;
  #key;
  #title = el("h3");
  #version = el("span", "version mono");
  #cells = new Map();
  #badges = new Map();

  constructor(office, key) {
    this.#office = office;
    this.#key = key;
    const fields = box("dl", "fields");
    for (const name of Object.keys(FIELDS)) {
      const cell = this.#makeCell(name);
      this.#cells.set(name, cell);
      fields.append(cell.row);
    }
    this.element = box("section", "line", box("header", "", this.#title, this.#version), fields);
    this.element.dataset.key = key;
  }

  /** Shows the line as the office has it now. */
  show() {
    const { sheet } = this.#office;
    const entry = sheet.get(this.#key);
    const pending = sheet.pendingOf(this.#key);
    const value = entry?.value ?? {};
    const isThere = entry !== undefined;
    const title = value.title ?? LINES[this.#key]?.title ?? this.#key;
    say(this.#title, title);
    say(this.#version, !isThere ? "taken away" : entry.version > 0 ? `v${entry.version}` : sheet.isLoaded ? "not stored yet" : "not seen yet");
    this.element.dataset.version = entry?.version ?? 0;
    this.element.dataset.pending = pending.length;
    const waiting = new Set(pending.flatMap(({ operation, value: asked }) => fieldsOf(operation, asked)));
    for (const [name, cell] of this.#cells) {
      cell.row.classList.toggle("waits", waiting.has(name));
      cell.row.dataset.value = JSON.stringify(value[name] ?? null);
      cell.show(value[name], isThere, title);
    }
  }

  /** Says at the fields what became of an edit. */
  tell(kind, text, operation, asked) {
    if (operation === "set" || operation === "delete") return;
    for (const name of fieldsOf(operation, asked)) {
      const badge = this.#cells.get(name)?.badge;
      if (!badge) continue;
      badge.className = `badge ${kind}`;
      badge.textContent = kind;
      badge.title = text;
      // In place of the rule, so that nothing moves.
      badge.hidden = false;
      clearTimeout(this.#badges.get(name));
      this.#badges.set(name, setTimeout(() => { badge.hidden = true; }, SAID_MS));
    }
  }

  #edit(act) {
    // What becomes of it is told where the page listens to all of them.
    act(this.#office.sheet).catch(() => {});
  }

  #makeCell(name) {
    const badge = el("span", "badge");
    badge.hidden = true;
    const waits = el("span", "waiting-mark", "waits");
    const makers = { amount: () => this.#amount(), approvedBy: () => this.#once("approvedBy", "Approve"), spent: () => this.#spent(), tags: () => this.#tags(), bid: () => this.#bid(), releasedBy: () => this.#released() };
    const { nodes, show } = makers[name]();
    const row = box("div", "field", box("dt", "", FIELDS[name].label, waits, badge, el("span", "rule", FIELDS[name].inForce)), box("dd", "", ...nodes));
    row.dataset.field = name;
    return { row, badge, show };
  }

  #amount() {
    const input = this.#number("Amount", value => this.#edit(sheet => sheet.merge(this.#key, { amount: value })));
    return { nodes: [input], show: (value, isThere, title) => this.#showInput(input, value, isThere, `Amount of ${title}`) };
  }

  #once(name, verb) {
    const text = el("span", "value");
    const button = this.#button(verb, () => this.#edit(sheet => sheet.merge(this.#key, { [name]: this.#office.name })));
    return {
      nodes: [text, button],
      show: (value, isThere, title) => {
        say(text, value ?? "–");
        text.classList.toggle("none", value === undefined);
        button.hidden = value === this.#office.name;
        button.disabled = !isThere;
        button.setAttribute("aria-label", `${verb} ${title} for ${this.#office.name}`);
      },
    };
  }

  #spent() {
    const text = el("span", "value");
    const button = this.#button("+100", () => this.#edit(sheet => sheet.increment(this.#key, { spent: 100 })));
    return {
      nodes: [text, button],
      show: (value, isThere, title) => {
        say(text, amountText(value));
        button.disabled = !isThere;
        button.setAttribute("aria-label", `Book 100 on ${title} from ${this.#office.name}`);
      },
    };
  }

  #tags() {
    const list = box("span", "tags");
    const input = document.createElement("input");
    Object.assign(input, { type: "text", maxLength: 20, placeholder: "add…", autocomplete: "off", enterKeyHint: "done" });
    input.addEventListener("keydown", pressed => {
      const tag = input.value.trim();
      if (pressed.key !== "Enter" || tag === "") return;
      input.value = "";
      this.#edit(sheet => sheet.add(this.#key, { tags: [tag] }));
    });
    return {
      nodes: [list, input],
      show: (value, isThere, title) => {
        input.disabled = !isThere;
        input.setAttribute("aria-label", `Add a tag to ${title} from ${this.#office.name}`);
        const tags = Array.isArray(value) ? value : [];
        if (list.dataset.shown === JSON.stringify(tags)) return;
        list.dataset.shown = JSON.stringify(tags);
        list.replaceChildren(...tags.map(tag => {
          const chip = this.#button(`${tag} ×`, () => this.#edit(sheet => sheet.remove(this.#key, { tags: [tag] })));
          chip.className = "chip";
          chip.setAttribute("aria-label", `Take the tag ${tag} from ${title}`);
          return chip;
        }));
      },
    };
  }

  #bid() {
    const text = el("span", "value");
    const input = this.#number("Bid", value => {
      input.value = "";
      this.#edit(sheet => sheet.merge(this.#key, { bid: value }));
    });
    input.placeholder = "bid…";
    return {
      nodes: [text, input],
      show: (value, isThere, title) => {
        say(text, amountText(value));
        input.disabled = !isThere;
        input.setAttribute("aria-label", `Bid for ${title} from ${this.#office.name}`);
      },
    };
  }

  #released() {
    const text = el("span", "value");
    let present;
    const button = this.#button("Release", () => {
      const releasedBy = present === undefined ? this.#office.name : null;
      this.#edit(sheet => sheet.merge(this.#key, { releasedBy }, { ifUnchanged: true }));
    });
    return {
      nodes: [text, button],
      show: (value, isThere, title) => {
        present = value;
        const verb = value === undefined ? "Release" : "Withdraw";
        say(text, value ?? "–");
        text.classList.toggle("none", value === undefined);
        say(button, verb);
        // Without the sheet nobody has seen what it is about.
        button.disabled = !isThere || !this.#office.sheet.isLoaded;
        button.setAttribute("aria-label", `${verb} ${title} from ${this.#office.name}`);
      },
    };
  }

  #number(label, done) {
    const input = document.createElement("input");
    Object.assign(input, { type: "text", inputMode: "numeric", autocomplete: "off", enterKeyHint: "done" });
    const take = () => {
      const value = Number(input.value.replaceAll(/[,\s]/g, ""));
      const isRight = input.value.trim() !== "" && Number.isSafeInteger(value) && value >= 0;
      if (isRight && input.value !== input.dataset.shown) done(value);
      const isWrong = !isRight && input.value.trim() !== "";
      input.setAttribute("aria-invalid", String(isWrong));
      input.title = isWrong ? "A whole number from 0 on is expected; nothing was changed." : "";
    };
    input.addEventListener("change", take);
    return input;
  }

  /** What somebody is typing is left alone. */
  #showInput(input, value, isThere, label) {
    input.disabled = !isThere;
    input.setAttribute("aria-label", `${label}, ${this.#office.name}`);
    const text = typeof value === "number" ? amountText(value) : "";
    const isTyping = document.activeElement === input && input.value !== input.dataset.shown;
    input.dataset.shown = text;
    if (!isTyping) input.value = text;
  }

  #button(text, act) {
    const button = el("button", "quiet small", text);
    button.type = "button";
    button.addEventListener("click", act);
    return button;
  }
}

// The token of the person before the page, for servers that ask for one. It is kept in this tab only, and is never part of an address.

const NAME = "realtime.token";
const ASKED = "This server asks for a token (a JWT). It is kept in this tab until that is closed, and sent to this server only.";

/** A small form, shown when the server asks for a token or when its button is pressed. */
export class AccessToken {
  #value = load();
  #listeners = [];
  #form = document.createElement("form");
  #input = document.createElement("input");
  #said = document.createElement("p");
  #forget = button("Forget it", "button");
  #button;

  /**
   * @param button Opens and closes the form; hidden until a token plays a part.
   * @param before The form stands before this element.
   */
  constructor({ button: opener, before }) {
    this.#button = opener;
    this.#form.className = "token card";
    this.#form.id = "token";
    this.#form.hidden = true;
    this.#form.noValidate = true;
    Object.assign(this.#input, { type: "password", id: "token-text", autocomplete: "off", spellcheck: false });
    const label = document.createElement("label");
    label.htmlFor = "token-text";
    label.textContent = "Token";
    this.#said.className = "muted";
    this.#said.id = "token-said";
    this.#said.setAttribute("role", "status");
    this.#input.setAttribute("aria-describedby", "token-said");
    this.#form.append(label, this.#input, button("Use it", "submit"), this.#forget, this.#said);
    before.before(this.#form);

    this.#form.addEventListener("submit", submitted => {
      submitted.preventDefault();
      this.#use();
    });
    this.#forget.addEventListener("click", () => this.#set(null));
    opener.addEventListener("click", () => {
      if (this.#form.hidden) this.ask(ASKED);
      else this.#show(false);
    });
    this.#show(false);
  }

  /** As it goes into the header Authorization; null: none. */
  get value() { return this.#value; }

  /** Called whenever there is another token, or none any more. */
  onChange(listener) { this.#listeners.push(listener); }

  /** The server wants one, or another one. */
  ask(reason) {
    this.#said.textContent = reason || ASKED;
    if (!this.#form.hidden) return;
    this.#show(true);
    this.#input.focus({ preventScroll: true });
  }

  #use() {
    const text = this.#input.value.trim().replace(/^Bearer\s+/i, "");
    if (!/^[\x21-\x7e]+$/.test(text)) {
      this.#said.textContent = text === "" ? "A token is expected; the field is empty." : "A token has letters, digits, dots, - and _ only; something else is in it.";
      return;
    }
    this.#set(text);
  }

  #set(value) {
    this.#value = value;
    this.#input.value = "";
    save(value);
    this.#show(false);
    for (const listener of this.#listeners) listener();
  }

  #show(isOpen) {
    this.#form.hidden = !isOpen;
    this.#forget.hidden = this.#value === null;
    this.#button.hidden = !isOpen && this.#value === null;
    this.#button.setAttribute("aria-expanded", String(isOpen));
  }
}

/** Whether a connection was closed for lack of a token, or of a better one. */
export function wantsToken(code) { return code >= 4300 && code < 4400; }

function button(text, type) {
  const element = document.createElement("button");
  element.type = type;
  element.className = "quiet";
  element.textContent = text;
  return element;
}

// Where the browser forbids storage the token lasts as long as the page.
function load() {
  try { return sessionStorage.getItem(NAME); } catch { return null; }
}

function save(value) {
  try {
    if (value === null) sessionStorage.removeItem(NAME);
    else sessionStorage.setItem(NAME, value);
  } catch { /* It is in memory. */ }
}

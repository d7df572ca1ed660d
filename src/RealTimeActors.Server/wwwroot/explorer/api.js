// Asking the server over HTTP.

const WITHIN_MS = 10_000;

/** What the server refused, in its own words; status 0: it could not be reached. */
export class Problem extends Error {
  constructor({ status, code = 0, name = "", detail, retry = "" }) {
    super(detail);
    Object.assign(this, { status, code, problem: name, retry });
  }

  /** For people: what, and the code to look it up by. */
  get text() { return this.code ? `${this.message} (${this.code} ${this.problem})` : this.message; }
}

export class Api {
  #token;

  /** @param token Its `value` goes into the header Authorization. */
  constructor(token) { this.#token = token; }

  get(path, query = {}, signal = undefined) { return this.#ask("GET", path, query, { signal }); }

  delete(path) { return this.#ask("DELETE", path, {}, {}); }

  /** Publishes a JSON text as it is. A repeat with the same key is answered by the same receipt, and published once. */
  publish(channel, body, { confirm, idempotencyKey }) {
    const headers = { "Content-Type": "application/json", "Idempotency-Key": idempotencyKey };
    // Told on delivery or not at all: the server waits for the followers, and so do we.
    return this.#ask("POST", `v1/channels/${encodeURIComponent(channel)}/events`, { confirm }, { headers, body, withinMs: 60_000 });
  }

  async #ask(method, path, query, { headers = {}, body, signal, withinMs = WITHIN_MS }) {
    const parameters = new URLSearchParams(Object.entries(query).filter(([, value]) => value !== null && value !== undefined && value !== ""));
    const token = this.#token.value;
    const patience = AbortSignal.timeout(withinMs);
    let response;
    let text;
    try {
      response = await fetch(parameters.size > 0 ? `${path}?${parameters}` : path, {
        method,
        body,
        headers: { Accept: "application/json", ...headers, ...(token && { Authorization: `Bearer ${token}` }) },
        cache: "no-store",
        credentials: "omit",
        redirect: "error",
        signal: signal ? AbortSignal.any([signal, patience]) : patience,
      });
      text = await response.text();
    } catch (fault) {
      if (signal?.aborted) throw fault;
      throw new Problem({ status: 0, detail: patience.aborted ? `The server did not answer within ${withinMs / 1000} s.` : "The server cannot be reached." });
    }
    const answer = parsed(text);
    if (response.ok) return answer;
    if (response.status === 401) this.#token.ask(answer?.detail);
    throw new Problem({ ...answer, status: response.status, detail: answer?.detail ?? `The server answered ${response.status}.` });
  }
}

function parsed(text) {
  try { return text === "" ? null : JSON.parse(text); } catch { return null; }
}

// Asks again and again, for as long as somebody looks: never while the tab is hidden, never twice at a time, and not after a refusal that only another token changes.

const polls = new Set();
const SLOWER_MAX = 2;

export class Poll {
  #everyMs;
  #ask;
  #show;
  #fail;
  #timer = 0;
  #asking = null;
  #isOn = false;
  #isRefused = false;
  #failures = 0;

  /**
   * @param ask Gets a signal, answers a promise.
   * @param show Gets what was answered.
   * @param fail Gets the problem.
   */
  constructor({ everyMs, ask, show, fail }) {
    this.#everyMs = everyMs;
    this.#ask = ask;
    this.#show = show;
    this.#fail = fail;
    polls.add(this);
  }

  /** Asks now, and from now on. What was asked before and is not answered yet counts no more. */
  start() {
    this.#isOn = true;
    this.#isRefused = false;
    this.#failures = 0;
    this.#again();
  }

  stop() {
    this.#isOn = false;
    this.#asking?.abort();
    this.#asking = null;
    clearTimeout(this.#timer);
  }

  /** Somebody looks again, or has another token. */
  hurry({ isRefusalOver = false } = {}) {
    if (isRefusalOver) this.#isRefused = false;
    if (this.#isOn) this.#again();
  }

  pause() {
    clearTimeout(this.#timer);
  }

  #again() {
    this.#asking?.abort();
    clearTimeout(this.#timer);
    void this.#once();
  }

  async #once() {
    if (!this.#isOn || this.#isRefused || document.visibilityState !== "visible") return;
    const asking = this.#asking = new AbortController();
    try {
      const answer = await this.#ask(asking.signal);
      if (asking.signal.aborted) return;
      this.#failures = 0;
      this.#show(answer);
    } catch (problem) {
      if (asking.signal.aborted) return;
      this.#failures = Math.min(SLOWER_MAX, this.#failures + 1);
      this.#isRefused = problem.status === 401 || problem.status === 403;
      this.#fail(problem);
    }
    this.#asking = null;
    if (!this.#isRefused) this.#timer = setTimeout(() => this.#once(), this.#everyMs * (1 + this.#failures));
  }
}

/** Another token may be let in where the last one was not. */
export function hurryAll(how) { for (const poll of polls) poll.hurry(how); }

document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible") hurryAll();
  else for (const poll of polls) poll.pause();
});

import type { Json } from "../codec/json-value.js";

const NOTHING = 0;

/** What this client says of itself in one channel. The newest word counts, and one is under way at a time: what is said meanwhile waits, and of that the last. */
export class OwnPresence {
  /** Requests that are not answered, oldest first, each with the version that it asked for. */
  #waiting: { readonly request: number; readonly version: number }[] = [];
  #said: Json | undefined;

  /** What a server has taken last, on this connection or a former one. */
  #taken: Json | undefined;
  #lastVersion = 0;
  #wantedVersion = 0;
  #saidVersion = 0;
  #takenVersion = 0;

  /** What the server has taken on this connection. */
  #heardVersion = 0;

  /** What others are to see; undefined: this client is not to be there. */
  wanted: Json | undefined;

  /** The frame that the next answer belongs to; 0: none is under way. */
  answerId = 0;

  /** When it is to be said again after a refusal for now. */
  retryAt: number | undefined;
  attempts = 0;
  tokenAttempts = 0;

  /** Whether a server may think that this client is there. */
  mayBeThere = false;

  constructor(readonly channel: string) {
  }

  get waitingCount(): number { return this.#waiting.length; }

  /** Whether there is something that the server has not heard on this connection, and nothing stands before it. */
  get hasNews(): boolean { return this.answerId === 0 && this.retryAt === undefined && this.#heardVersion !== this.#wantedVersion; }

  /** Whether nothing of it is left to be remembered. */
  get isOver(): boolean { return this.wanted === undefined && !this.mayBeThere && this.answerId === 0; }

  want(state: Json | undefined, request: number): void {
    this.wanted = state;
    this.#wantedVersion = ++this.#lastVersion;
    this.#waiting.push({ request, version: this.#wantedVersion });
  }

  /** The application does not wait any longer; what it wanted stays wanted. */
  withdraw(request: number): boolean {
    const before = this.#waiting.length;
    this.#waiting = this.#waiting.filter(one => one.request !== request);
    return this.#waiting.length < before;
  }

  saying(answerId: number): void {
    this.answerId = answerId;
    this.#said = this.wanted;
    this.#saidVersion = this.#wantedVersion;
    this.mayBeThere = true;
  }

  /** The server has taken it. Answers the requests that are answered by that: what was wanted before has been overtaken. */
  taken(): number[] {
    this.answerId = this.attempts = this.tokenAttempts = 0;
    this.#taken = this.#said;
    this.#takenVersion = this.#heardVersion = this.#saidVersion;
    this.mayBeThere = this.#said !== undefined;
    return this.#answeredUpTo(this.#saidVersion);
  }

  /** The server has refused it for now. */
  postponed(until: number): void {
    this.answerId = 0;
    this.retryAt = until;
    this.attempts++;
  }

  /**
   * The server has refused it for good. What it had taken before counts again, if that was something else.
   * @returns The requests that are answered by that, and whether it was nothing new: this client is not there any more, and nobody had asked for that.
   */
  refused(): { answered: number[]; isLost: boolean } {
    this.answerId = 0;
    const isLost = this.#said !== undefined && this.#saidVersion === this.#takenVersion;
    if (isLost || this.#said === undefined) {
      this.#taken = undefined;
      this.#takenVersion = NOTHING;
    }
    this.mayBeThere = this.#taken !== undefined;
    // On this connection nothing of it was heard, unless what was taken was taken here.
    if (this.#wantedVersion === this.#saidVersion) {
      this.wanted = this.#taken;
      this.#wantedVersion = this.#taken === undefined ? this.#heardVersion : this.#takenVersion;
    }
    return { answered: this.#answeredUpTo(this.#saidVersion), isLost };
  }

  /** The server has ended it. What is just being said may be taken all the same. Answers whether that was all there was: this client is not there any more. */
  ended(): boolean {
    this.#taken = undefined;
    this.#takenVersion = this.#heardVersion = NOTHING;
    if (this.answerId !== 0 || this.#waiting.length > 0) return false;

    this.wanted = undefined;
    this.mayBeThere = false;
    return true;
  }

  /** The server has ended it at this client's own word about something else: it is to be said again. */
  unsaid(): void { this.#heardVersion = NOTHING; }

  /** What another connection is told begins anew. */
  connectionLost(): void {
    this.answerId = 0;
    this.retryAt = undefined;
    this.#heardVersion = NOTHING;
  }

  /** All that wait. */
  end(): number[] { return this.#answeredUpTo(this.#lastVersion); }

  #answeredUpTo(version: number): number[] {
    const answered = this.#waiting.filter(one => one.version <= version).map(({ request }) => request);
    this.#waiting = this.#waiting.filter(one => one.version > version);
    return answered;
  }
}

/** Somebody who is there: once for each of his sessions. */
export interface PresenceMember<T = unknown> {
  readonly session: string;

  /** Whose session it is, where somebody is asked for. */
  readonly user?: string;

  /** What he shows of himself. */
  readonly state: T;
}

/** Who is there at one moment, as far as a client is told. It does not change any more. */
export type PresenceSnapshot<T = unknown> =
  /** Nothing is told: the client is neither there itself, nor does it follow the channel with an interest in presence. */
  | { readonly kind: "unknown"; readonly isCurrent: false }
  /** Only how many: no more was asked for, or more are there than the server makes lists of (200 unless configured). `isCurrent` is false when that is how it was before the connection was lost. */
  | { readonly kind: "counted"; readonly count: number; readonly isCurrent: boolean }
  /** Everybody, in order of their sessions. */
  | { readonly kind: "listed"; readonly count: number; readonly members: readonly PresenceMember<T>[]; readonly isCurrent: boolean };

/** What has become otherwise with those who are there. Where only the number is known, before or now, the lists are empty. */
export interface PresenceChange<T = unknown> {
  readonly now: PresenceSnapshot<T>;

  /** Who has come. Those who were there when the first list came have not come. */
  readonly joined: readonly PresenceMember<T>[];
  readonly left: readonly PresenceMember<T>[];

  /** Who shows something else of himself. */
  readonly updated: readonly PresenceMember<T>[];
}

/** A page of those who are there. */
export interface PresencePage<T = unknown> {
  /** How many are there in all. */
  readonly count: number;

  /** In order of their sessions. */
  readonly members: readonly PresenceMember<T>[];

  /** Give it as `after` to read on; null at the end. */
  readonly next: string | null;
}

/** What a presence tells its listeners. */
export interface PresenceEvents<T> {
  changed: PresenceChange<T>;

  /** The server does not let this client be there, or be told who is, any longer: because its rights have changed, for example. */
  lost: { readonly code: number; readonly reason: string };
}

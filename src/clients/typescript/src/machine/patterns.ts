// Patterns of channels, as PROTOCOL.md has them in "Names and limits".

/** Whether a name stands for many channels. */
export function isPattern(name: string): boolean { return name.includes("*") || name.endsWith(">"); }

/** Whether a pattern names a channel. */
export function matches(pattern: string, channel: string): boolean {
  if (pattern.startsWith("$") !== channel.startsWith("$")) return false;

  const wanted = pattern.match(TOKEN) ?? [];
  const given = channel.match(TOKEN) ?? [];
  for (let i = 0; i < wanted.length; i++) {
    const token = wanted[i]!;
    // The rest, of which there is at least one segment; the separator before it was compared.
    if (token === ">") return i < given.length;
    const isSame = token === given[i] || (token === "*" && given[i] !== undefined && !isSeparator(given[i]!));
    if (!isSame) return false;
  }
  return wanted.length === given.length;
}

/** The more specific of two patterns comes first: segment by segment a name before `*`, `*` before `>`, and of two that are equal so far the longer one. */
export function bySpecificity(one: string, other: string): number {
  const [first, second] = [one.split(SEPARATOR), other.split(SEPARATOR)];
  for (let i = 0; i < Math.max(first.length, second.length); i++) {
    const difference = rankOf(first[i]) - rankOf(second[i]);
    if (difference !== 0) return difference;
  }
  return 0;
}

function rankOf(segment: string | undefined): number { return segment === undefined ? 3 : segment === ">" ? 2 : segment === "*" ? 1 : 0; }

function isSeparator(token: string): boolean { return token === "." || token === ":"; }

const SEPARATOR = /[.:]/;
const TOKEN = /[.:]|[^.:]+/g;

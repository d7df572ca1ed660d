// What a line of the sheet consists of, and what the offices do when they all do it at once.

/** As it was laid out at first. */
export const LINES = {
  "clean-water": { title: "Clean water", amount: 120_000, spent: 0, tags: ["rural"], bid: 0 },
  "school-roofs": { title: "School roofs", amount: 80_000, spent: 0, tags: [], bid: 0 },
  "flood-barriers": { title: "Flood barriers", amount: 450_000, spent: 0, tags: ["urgent"], bid: 0 },
};

/**
 * By the name that a field has in the value:
 *  rule     by which this page expects it to be decided; `inForce` is by which the server does
 *  meaning  the rule in a sentence
 *  together what each of three offices does at the same moment: (state, key, office, its number) → promise
 */
export const FIELDS = {
  amount: {
    label: "Amount", rule: "last-write", meaning: "The latest edit counts, by the clock of whoever made it.", button: "Three amounts",
    together: (state, key, office, i) => state.merge(key, { amount: Math.round(((state.get(key)?.value.amount ?? 0) + [5_000, 9_000, -2_000][i]) / 1_000) * 1_000 }),
  },
  approvedBy: {
    label: "Approved", rule: "first-write", meaning: "The earliest approval counts, even if it arrives last.", button: "Three approvals",
    together: (state, key, office) => state.merge(key, { approvedBy: office }),
  },
  spent: {
    label: "Spent", rule: "sum", meaning: "Every booking counts, and none twice.", button: "Three bookings",
    together: (state, key, office, i) => state.increment(key, { spent: [100, 250, 400][i] }),
  },
  releasedBy: {
    label: "Released", rule: "reject", meaning: "Only on what one has seen: whoever acts on an older version is rejected.", button: "Three releases",
    together: (state, key, office) => state.merge(key, { releasedBy: office }, { ifUnchanged: true }),
  },
  bid: {
    label: "Bid", rule: "max", meaning: "The highest counts; a lower one is superseded.", button: "Three bids",
    together: (state, key, office, i) => state.merge(key, { bid: (state.get(key)?.value.bid ?? 0) + [200, 300, 100][i] }),
  },
  tags: {
    label: "Tags", rule: "union", meaning: "What anybody adds is there; only what was seen is taken away.", button: "Three tags",
    together: (state, key, office) => state.add(key, { tags: [office.toLowerCase()] }),
  },
};

/** An amount for people; a dash where there is none. */
export function amountText(value) { return typeof value === "number" ? value.toLocaleString("en-US") : "–"; }

/** What was asked for, in a few words: `Amount 125,000`. */
export function askedText(operation, asked) {
  if (operation === "delete") return "Line taken away";
  if (operation === "set") return "Line laid out";
  if (asked === null || typeof asked !== "object") return operation;
  return Object.entries(asked).map(([name, value]) => {
    const label = FIELDS[name]?.label ?? name;
    if (value === null) return `${label} withdrawn`;
    if (name === "approvedBy" || name === "releasedBy") return `${label} by ${value}`;
    const text = Array.isArray(value) ? value.join(", ") : typeof value === "number" ? amountText(value) : String(value);
    return `${label} ${operation === "increment" && value >= 0 || operation === "add" ? "+" : operation === "remove" ? "−" : ""}${text}`;
  }).join(", ");
}

/** The fields that a mutation is about; all of them where it is about the whole. */
export function fieldsOf(operation, asked) {
  return operation === "delete" || operation === "set" || asked === null || typeof asked !== "object" ? Object.keys(FIELDS) : Object.keys(asked);
}

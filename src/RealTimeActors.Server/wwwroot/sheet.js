// The funding sheet: Washington, Berlin and Tokyo edit the same lines, each in a session of its own.

import { many } from "./format.js";
import { $, box, el, say } from "./explorer/dom.js";
import { askedText, FIELDS, LINES } from "./sheet/fields.js";
import { Log } from "./sheet/log.js";
import { Office } from "./sheet/office.js";
import { Pane } from "./sheet/pane.js";
import { AccessToken, wantsToken } from "./token.js";

const OFFICES = [
  { id: "washington", name: "Washington", zone: "America/New_York" },
  { id: "berlin", name: "Berlin", zone: "Europe/Berlin" },
  { id: "tokyo", name: "Tokyo", zone: "Asia/Tokyo" },
];

const token = new AccessToken({ button: $("token-button"), before: $("trouble") });
const offices = [];
const panes = new Map();
const makers = new Map(); // Which office has made a mutation.
let log;
let isLaidOut = false;

async function begin() {
  $("trouble-dismiss").addEventListener("click", hideTrouble);
  const { sheet, notices, rules } = await askForChannels();
  showRules(rules);
  log = new Log({ channel: sheet, token, officeOf: session => offices.find(office => office.session === session)?.name, trouble: showTrouble });
  for (const about of OFFICES) {
    const pane = new Pane($("office"));
    const office = new Office({
      ...about, channels: { sheet, notices }, token,
      changed: changed => onChanged(office, pane, changed),
      outcome: outcome => onOutcome(office, pane, outcome),
      failed: (mutation, error) => onFailed(pane, mutation, error),
      noticed: event => pane.tell("asked", `${event.data.from} asks: ${event.data.text}`, `Confirmed by ${office.name}.`),
      trouble: showTrouble,
    });
    pane.of(office, { onAsk: () => ask(office) });
    offices.push(office);
    panes.set(office, pane);
    $("offices").append(pane.element);
  }
  for (const office of offices) office.start();
  log.start();
  token.onChange(() => {
    hideTrouble();
    for (const office of offices) void office.restart();
    void log.restart();
  });
  $("anew").addEventListener("click", beginAnew);
}

async function askForChannels() {
  for (let attempt = 0; ; attempt++) {
    try {
      const answer = await fetch("page/sheet.json", { cache: "no-store" });
      if (answer.ok) return await answer.json();
      showTrouble(`The server answered ${answer.status} when it was asked for the channels of the sheet. Trying again.`);
    } catch { showState(); }
    await new Promise(resolve => setTimeout(resolve, Math.min(5_000, 250 * 2 ** attempt)));
  }
}

// --- the rules ---

function showRules(rules) {
  const others = Object.entries(FIELDS).filter(([name, { rule }]) => (rules.fields[name] ?? rules.default) !== rule);
  if (others.length > 0) {
    $("missing-rules").hidden = false;
    say($("missing-rules"), `This server decides otherwise than this page expects: ${others.map(([name, { rule }]) => `${name} by ${rules.fields[name] ?? rules.default}, not ${rule}`).join("; ")}. An entry of realtime.channels takes this channel; give it merge { fields { ${Object.entries(FIELDS).map(([name, { rule }]) => `${name} = ${rule}`).join(", ")} } }, or leave the channel out.`);
  }
  for (const [key, { title }] of Object.entries(LINES)) {
    const option = el("option", "", title);
    option.value = key;
    $("together-line").append(option);
  }
  for (const [name, field] of Object.entries(FIELDS)) {
    field.inForce = rules.fields[name] ?? rules.default;
    const button = el("button", "quiet", field.button);
    button.type = "button";
    button.id = `together-${name}`;
    button.addEventListener("click", () => together(field));
    $("rules").append(box("li", "", el("strong", "", field.label), el("code", "rule", field.inForce), el("span", "muted", field.meaning), button));
  }
}

/** In one moment: nobody has seen what the others do. */
function together({ together: act }) {
  const key = $("together-line").value;
  offices.forEach((office, i) => {
    // What has no sheet yet has nothing to act on.
    if (office.sheet.get(key)) act(office.sheet, key, office.name, i).catch(() => { /* It is told in the pane. */ });
  });
}

// --- what happens ---

function onChanged(office, pane, changed) {
  if (changed?.cause === "edit" || changed?.cause === "left") for (const { mutationId } of office.sheet?.pending ?? []) remember(mutationId, office.name);
  if (changed?.cause === "snapshot") layOut(office);
  const maker = makers.get(changed?.mutationId) ?? changed?.user ?? "somebody else";
  if (changed?.cause === "server" && changed.rebased > 0 && maker !== office.name) {
    const [key] = changed.keys;
    pane.tell("rebased", `${pane.titleOf(key)} is v${office.sheet.get(key)?.version ?? "?"} by ${maker}`, `${many(changed.rebased, "edit")} of ${office.name} put on top of it again.`);
  }
  pane.schedule();
  if (changed === null) log?.schedule();
  showState();
}

function onOutcome(office, pane, { result, key, operation, asked, version, reason, offset, duplicate, wasLeft }) {
  pane.schedule();
  // Whose sheet was first laid out is nobody's concern.
  if (operation === "set" && result === "rejected") return;
  const where = [...(offset > 0 ? [`#${offset}`] : []), `v${version}`, ...(wasLeft ? ["from before the reload"] : []), ...(duplicate ? ["had been decided before"] : [])].join(", ");
  pane.tell(result, `${pane.titleOf(key)}: ${askedText(operation, asked)}`, reason ? `${named(reason)} (${where})` : where, { key, operation, asked });
}

function onFailed(pane, { key, operation, value }, error) {
  pane.tell("failed", `${pane.titleOf(key)}: ${askedText(operation, value)}`, `${error.message}${error.code ? ` (${error.code})` : ""}`, { key, operation, asked: value });
}

/** Where nobody says who he is, the server names sessions; here they have names. */
function named(text) { return offices.reduce((said, { session, name }) => session ? said.replaceAll(session, name) : said, text); }

function remember(mutationId, name) {
  makers.set(mutationId, name);
  if (makers.size > 500) makers.delete(makers.keys().next().value);
}

/** The sheet begins with some lines; whoever is first puts them there, and only if they are not. */
function layOut(office) {
  if (isLaidOut || office.sheet.keys.length > 0) return;
  isLaidOut = true;
  for (const [key, value] of Object.entries(LINES)) office.sheet.set(key, value, { ifVersion: 0 }).catch(() => { /* It is told in the pane. */ });
}

function beginAnew() {
  const office = offices.find(({ state }) => state === "live");
  if (!office) {
    showTrouble("The sheet can be laid out anew when an office is connected.");
    return;
  }
  for (const [key, value] of Object.entries(LINES)) {
    if (office.sheet.get(key)) office.sheet.delete(key, { ifUnchanged: true }).catch(() => {});
    office.sheet.set(key, value, { ifUnchanged: true }).catch(() => {});
  }
}

// --- receipts ---

async function ask(office) {
  try {
    const { status, offset, delivered } = await office.ask("The sheet is agreed. Please confirm.");
    const { acked = 0, of = 0, missing = [] } = delivered ?? {};
    const names = missing.map(({ session, user }) => offices.find(other => other.session === session)?.name ?? user ?? session);
    const away = offices.filter(({ state }) => state !== "live").map(({ name }) => name);
    const text = [`Confirmed by ${acked} of ${of}`, ...(names.length ? [`missing: ${names.join(", ")}`] : []), ...(away.length ? [`${away.join(" and ")} ${away.length === 1 ? "is" : "are"} away, and will see it`] : [])].join("; ");
    return { kind: status === "delivered" ? "good" : "bad", text: `${text} (#${offset}).`, acked, of };
  } catch (error) {
    return { kind: "bad", text: `${error.message}${error.code ? ` (${error.code})` : ""}`, acked: 0, of: 0 };
  }
}

// --- where the page stands ---

function showState() {
  const states = offices.map(({ state }) => state);
  const live = states.filter(state => state === "live").length;
  document.body.dataset.state = live === OFFICES.length ? "live" : states.includes("stopped") ? "stopped" : states.includes("offline") ? "cut" : states.includes("waiting") ? "waiting" : "connecting";
  say($("pill-text"), offices.length === 0 ? "Connecting…" : `${live} of ${OFFICES.length} offices live`);
  const stopped = offices.find(({ state }) => state === "stopped")?.stopped;
  if (stopped && wantsToken(stopped.code)) token.ask(token.value === null ? "" : `The server does not take this token: ${stopped.reason || "no reason was given"} (${stopped.code}). Give another one.`);
}

function showTrouble(text) {
  say($("trouble-text"), text);
  $("trouble").hidden = false;
}

function hideTrouble() { $("trouble").hidden = true; }

await begin();

// The live page: one session that follows this machine's channels, and everything drawn from its events.

import { LiveSession, range } from "./live.js";
import { Chart, niceTop } from "./chart.js";
import { EventList } from "./events.js";
import { detourText, duration, many, percent, rate, rateText, sizeText, transportText } from "./format.js";
import { AccessToken, wantsToken } from "./token.js";

const CUT_MS = 10_000;
const $ = id => document.getElementById(id);

// What a metric shows: the two series, the big figure, the line of details.
const METRICS = {
  cpu: {
    top: () => 100,
    label: value => `${value} %`,
    values: data => [data.usedPercent, data.ioWaitPercent],
    figure: data => ({ number: percent(data.usedPercent) }),
    details: data => [`user ${percent(data.userPercent)} %`, `system ${percent(data.systemPercent)} %`,
      ...(data.load1 === null ? [] : [`load ${data.load1.toFixed(2)}`])],
    also: drawCores,
  },
  memory: {
    top: () => 100,
    label: value => `${value} %`,
    values: data => [data.usedPercent, data.swapTotalBytes ? 100 * data.swapUsedBytes / data.swapTotalBytes : 0],
    figure: data => ({ number: percent(data.usedPercent) }),
    details: data => [`${sizeText(data.usedBytes)} of ${sizeText(data.totalBytes)}`, `cached ${sizeText(data.cachedBytes)}`,
      data.swapTotalBytes ? `swap ${sizeText(data.swapUsedBytes)}` : "no swap"],
  },
  disk: {
    top: points => niceTop(points, 10_000),
    label: rateText,
    values: data => [data.writtenBytesPerSecond, data.readBytesPerSecond],
    figure: data => rate(data.writtenBytesPerSecond),
    details: data => [`read ${rateText(data.readBytesPerSecond)}`, `${many(data.writesPerSecond, "write")}/s`, `busy ${percent(data.busyPercent)} %`],
  },
  network: {
    top: points => niceTop(points, 10_000),
    label: rateText,
    values: data => [data.receivedBytesPerSecond, data.sentBytesPerSecond],
    figure: data => rate(data.receivedBytesPerSecond),
    details: data => [`sent ${rateText(data.sentBytesPerSecond)}`, `${many(data.receivedPacketsPerSecond + data.sentPacketsPerSecond, "packet")}/s`],
  },
};

const ANNOUNCED = {
  live: "Connected.",
  cut: "The connection is cut. It comes back in ten seconds.",
  waiting: "The connection was lost. Reconnecting.",
  stopped: "The connection was closed.",
};

const charts = new Map();
const token = new AccessToken({ button: $("token-button"), before: $("trouble") });
const events = new EventList({ list: $("events"), count: $("events-count"), pause: $("pause") });
let serverAhead = 0; // Milliseconds by which the server's clock is ahead of this one.
let connections = 0;
let transport = "";
let waitingUntil = 0;
let latest = { state: "connecting" };
let session;
let isDrawScheduled = false;
let isTroubleOver = false; // Once the connection is live.

// --- beginning ---

async function askForMachine() {
  for (let attempt = 0; ; attempt++) {
    try {
      const answer = await fetch("page/machine.json", { cache: "no-store" });
      if (answer.ok) return await answer.json();
      showTrouble(`The server answered ${answer.status} when it was asked for its channels. Trying again.`);
      isTroubleOver = true;
    } catch {
      showState({ state: "waiting" });
    }
    await new Promise(resolve => setTimeout(resolve, Math.min(5_000, 250 * 2 ** attempt)));
  }
}

function begin({ host, enabled, everyMs, channels }) {
  $("host").textContent = host;
  document.title = `${host}, live · RealTimeActors`;
  if (!enabled) {
    showTrouble("This server does not publish its machine's figures: realtime.machine-figures.enabled is false. Set it to true to see them here.");
  }

  session = new LiveSession({ endpoint: "v1/ws", name: "live-page/1", token: () => token.value });
  token.onChange(() => {
    hideTrouble();
    void session.changeToken();
  });
  for (const channel of channels) {
    session.follow(channel, 120);
    makePosition(channel);
    const metric = METRICS[channel.split(".").at(-1)];
    if (metric) charts.set(channel, makeChart(channel, metric, everyMs));
  }

  showReplayedChannels([]);

  session
    .on("state", showState)
    .on("welcome", showWelcome)
    .on("events", showEvents)
    .on("position", showPosition)
    .on("lag", lag => { if (lag.mode !== "live") showTrouble(`${lag.channel} is ${many(lag.behind, "event")} behind and catching up from the log.`); })
    .on("resumed", showReplay)
    .on("trouble", trouble => showTrouble(`${trouble.channel ? `${trouble.channel}: ` : ""}${trouble.message}${trouble.code ? ` (${trouble.code})` : ""}`));

  $("cut").addEventListener("click", () => {
    if (session.state === "cut" || session.state === "waiting") session.reconnectNow();
    else session.cut(CUT_MS);
  });
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "visible") draw(); });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    for (const { chart } of charts.values()) chart.readColors();
    draw();
  });
  setInterval(tick, 250);
  session.start();
}

function makeChart(channel, metric, everyMs) {
  const card = $(channel.split(".").at(-1));
  card.dataset.channel = channel;
  return {
    metric,
    card,
    figure: card.querySelector("[data-figure]"),
    unit: card.querySelector("[data-unit]"),
    details: card.querySelector("[data-details]"),
    canvas: card.querySelector("canvas"),
    chart: new Chart(card.querySelector("canvas"), { top: metric.top, label: metric.label, holeMs: 2.5 * everyMs }),
  };
}

// --- events ---

function showEvents(items) {
  for (const { event, kind } of items) {
    const shown = charts.get(event.channel);
    if (!shown) continue;
    const time = event.time.getTime();
    const isNewest = !(shown.chart.newest?.time > time);
    shown.chart.add(time, shown.metric.values(event.data), kind);
    if (isNewest) showFigures(shown, event.data);
  }
  events.add(items);
  scheduleDraw();
}

function showFigures({ metric, card, figure, unit, details, canvas }, data) {
  const { number, unit: unitText } = metric.figure(data);
  figure.textContent = number;
  if (unit) unit.textContent = unitText;
  details.textContent = metric.details(data).join(" · ");
  canvas.setAttribute("aria-label", `${card.querySelector("h2").textContent}, last two minutes; now ${number} ${unitText ?? "%"}`);
  metric.also?.(data);
}

function drawCores(data) {
  const box = $("cores");
  while (box.children.length > data.corePercents.length) box.lastElementChild.remove();
  while (box.children.length < data.corePercents.length) box.append(document.createElement("i"));
  data.corePercents.forEach((value, i) => {
    box.children[i].style.setProperty("--share", `${(value ?? 0) / 100}`);
    box.children[i].title = `Core ${i}: ${percent(value)} %`;
  });
  box.setAttribute("aria-label", `Each core: ${data.corePercents.map(value => `${percent(value)} %`).join(", ")}`);
}

function scheduleDraw() {
  if (isDrawScheduled || document.visibilityState !== "visible") return;
  isDrawScheduled = true;
  requestAnimationFrame(draw);
}

function draw() {
  isDrawScheduled = false;
  events.draw();
  drawCharts();
}

// While events come, the newest one is now, and the line touches the edge; without them the clock goes on and the hole grows.
function drawCharts() {
  const clockNow = Date.now() + serverAhead;
  let newest = 0;
  for (const { chart } of charts.values()) newest = Math.max(newest, chart.newest?.time ?? 0);
  const now = latest.state === "live" && clockNow - newest < 2_000 ? newest : clockNow;
  for (const { chart } of charts.values()) chart.draw(now);
}

// --- the connection ---

function showWelcome(welcome) {
  serverAhead = welcome.serverTime.getTime() - Date.now();
  connections++;
  $("session").textContent = welcome.sessionId;
  $("session").title = welcome.sessionId;
  $("connection").textContent = welcome.id || "–";
  transport = welcome.transport;
  $("transport").textContent = transportText(transport);
  $("node").textContent = welcome.node || "–";
  $("connections").textContent = connections;
  document.body.dataset.session = welcome.sessionId;
  document.body.dataset.connections = connections;
  document.body.dataset.transport = transport;
  // The session may have moved while it was live.
  showConnection();
}

function showState(state) {
  latest = state;
  waitingUntil = state.until ?? 0;
  if (state.state === "stopped" && wantsToken(state.code)) {
    token.ask(token.value === null ? "" : `The server does not take this token: ${state.reason || "no reason was given"} (${state.code}). Give another one.`);
  }
  else if (state.state === "stopped") {
    const isElsewhere = state.code === 4404;
    showTrouble(
      isElsewhere ? "This session goes on in another tab, which took it over." : `The server closed the connection for good: ${state.reason || "no reason was given"} (${state.code}).`,
      { label: isElsewhere ? "Open a new session here" : "Try again", run: () => session.restart({ newSession: isElsewhere }) });
    isTroubleOver = true;
  }
  else if (state.state === "live" && isTroubleOver) {
    hideTrouble();
  }
  if (state.state === "cut" || (state.state === "waiting" && connections > 0)) forgetReplay();
  showConnection();
  announce(ANNOUNCED[state.state]);
}

function showConnection() {
  const secondsLeft = Math.max(0, Math.ceil((waitingUntil - Date.now()) / 1000));
  const state = latest.state === "live" && session?.isCatchingUp ? "catching-up" : latest.state;
  document.body.dataset.state = state;
  $("pill-text").textContent = {
    "connecting": "Connecting…",
    "catching-up": "Catching up…",
    "live": "Live",
    "cut": `Cut, back in ${secondsLeft} s`,
    "waiting": latest.attempt > 1 ? `Connection lost, attempt ${latest.attempt}…` : "Connection lost, reconnecting…",
    "stopped": "Not connected",
  }[state];

  $("pill-detour").textContent = state === "live" ? detourText(transport) : "";

  const isAway = state === "cut" || state === "waiting";
  $("cut").textContent = state === "cut" ? `Reconnect now (${secondsLeft} s)` : isAway ? "Reconnect now" : `Cut the connection for ${CUT_MS / 1000} s`;
  $("cut").disabled = !isAway && state !== "live";
  $("countdown-bar").style.transform = `scaleX(${state === "cut" ? Math.max(0, (waitingUntil - Date.now()) / CUT_MS) : 0})`;
}

function tick() {
  showConnection();
  if (latest.state !== "live" && document.visibilityState === "visible") drawCharts();
}

// --- what came back ---

function showReplay(report) {
  showConnection();
  const missing = report.holes.reduce((sum, hole) => sum + hole.to - hole.from + 1, 0);
  const box = $("replay");
  Object.assign(box.dataset, { replayed: report.count, holes: missing, lost: report.lost, repeats: report.repeats, resumed: report.resumed });
  box.className = missing + report.lost === 0 ? "report good" : "report bad";

  const verdict = [
    missing === 0 ? "no hole" : `${many(missing, "offset")} missing`,
    report.repeats === 0 ? "no repeat" : `${many(report.repeats, "repeat")} left out`,
    ...(report.lost === 0 ? [] : [`${many(report.lost, "event")} gone`]),
  ].join(", ");
  const away = report.awayMs === null ? "" : ` after ${duration(report.awayMs)} away`;
  const one = report.channels.length === 1 ? `, offsets ${range(report.channels[0].first, report.channels[0].last)}` : "";
  $("replay-line").textContent = report.count === 0
    ? `Resumed${away}: nothing was published meanwhile, ${verdict}.`
    : `Replayed ${many(report.count, "event")}${one} in ${duration(report.tookMs)}${away}, ${verdict}.`;
  showReplayedChannels(report.channels);
  announce($("replay-line").textContent);
}

function forgetReplay() {
  const box = $("replay");
  for (const name of Object.keys(box.dataset)) delete box.dataset[name];
  box.className = "report idle";
  $("replay-line").textContent = "The machine goes on publishing. What is missed now is replayed when the connection is back.";
  showReplayedChannels([]);
}

function showReplayedChannels(replayed) {
  const none = channel => ({ channel, first: null, last: null, count: 0 });
  const all = [...charts.keys()].map(channel => replayed.find(report => report.channel === channel) ?? none(channel));
  $("replay-channels").replaceChildren(...all.map(replayedChannel));
}

function replayedChannel({ channel, first, last, count }) {
  const item = document.createElement("li");
  Object.assign(item.dataset, { channel, first, last, count });
  const name = document.createElement("span");
  name.textContent = channel;
  const offsets = document.createElement("span");
  offsets.textContent = count === 0 ? "–" : `#${range(first, last)}`;
  item.append(name, offsets);
  return item;
}

// --- positions ---

function makePosition(channel) {
  const row = $("positions").insertRow();
  row.dataset.channel = channel;
  const name = document.createElement("th");
  name.scope = "row";
  name.textContent = channel;
  row.append(name);
  for (const className of ["mono", "mono number", "mono number"]) {
    const cell = row.insertCell();
    cell.className = className;
    cell.textContent = "–";
  }
}

function showPosition({ channel, epoch, offset, acked }) {
  const row = [...$("positions").rows].find(candidate => candidate.dataset.channel === channel);
  if (!row) return;
  Object.assign(row.dataset, { epoch, offset, acked });
  row.cells[1].textContent = epoch;
  row.cells[1].title = epoch;
  row.cells[2].textContent = offset;
  row.cells[3].textContent = acked;
}

// --- words ---

function announce(text) {
  if (text && $("announcement").textContent !== text) $("announcement").textContent = text;
}

function showTrouble(text, action) {
  isTroubleOver = false;
  $("trouble-text").textContent = text;
  $("trouble-action").hidden = !action;
  $("trouble-action").textContent = action?.label ?? "";
  $("trouble-action").onclick = () => {
    hideTrouble();
    action.run();
  };
  $("trouble-dismiss").onclick = hideTrouble;
  $("trouble").hidden = false;
}

function hideTrouble() { $("trouble").hidden = true; }

begin(await askForMachine());

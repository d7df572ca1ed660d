// The explorer: what this server has, who follows it, and a hand to publish with.

import { Api } from "./explorer/api.js";
import { ChannelList } from "./explorer/channel-list.js";
import { ChannelView } from "./explorer/channel-view.js";
import { Cluster } from "./explorer/cluster.js";
import { $, number, say, span } from "./explorer/dom.js";
import { hurryAll, Poll } from "./explorer/poll.js";
import { detourText } from "./format.js";
import { Sessions } from "./explorer/sessions.js";
import { AccessToken, wantsToken } from "./token.js";

const PILL = { "connecting": "Connecting…", "live": "Live", "catching-up": "Replaying…", "cut": "Cut", "waiting": "Connection lost…", "stopped": "Not connected" };

const token = new AccessToken({ button: $("token-button"), before: $("trouble") });
const api = new Api(token);
const channels = new ChannelList({ api, open: channel => { location.hash = `#/channels/${encodeURIComponent(channel)}`; } });
const view = new ChannelView({ api, token, trouble: showTrouble, onState: showState });
const sessions = new Sessions({ api, ownSession: () => view.session, trouble: showTrouble });
const cluster = new Cluster({ api, onPresence: isThere => { $("to-cluster").hidden = !isThere; } });
const server = new Poll({ everyMs: 3_000, ask: signal => api.get("v1/server", {}, signal), show: showServer, fail: showNoServer });
let shown = "";

function showServer({ node, version, uptimeMs, ready, notReady, journal, connections, sessions: sessionCount, channels: channelCount }) {
  $("server").dataset.state = ready ? "ready" : "not-ready";
  say($("server-state"), ready ? "ready" : `not ready: ${notReady}`);
  say($("server-node"), `node ${node}`);
  say($("server-counts"), `${number(connections)} connections · ${number(sessionCount)} sessions and ${number(channelCount)} channels in memory`);
  say($("server-about"), `version ${version} · up ${span(Math.round(uptimeMs / 1_000))} · journal ${journal}`);
}

function showNoServer(problem) {
  $("server").dataset.state = problem.status === 0 ? "away" : "not-ready";
  say($("server-state"), problem.status === 0 ? "cannot be reached" : problem.text);
  say($("server-node"), "");
  say($("server-counts"), "");
  say($("server-about"), "");
}

function showState({ state, reason, code }) {
  document.body.dataset.state = state;
  document.body.dataset.session = view.session ?? "";
  document.body.dataset.transport = view.transport;
  say($("pill-text"), PILL[state]);
  say($("pill-detour"), state === "live" ? detourText(view.transport) : "");
  const told = `${state} ${code ?? ""}`;
  if (told === shown) return;
  shown = told;
  if (state === "live") hideTrouble("connection");
  if (state !== "stopped") return;
  if (wantsToken(code)) {
    token.ask(token.value === null ? "" : `The server does not take this token: ${reason || "no reason was given"} (${code}). Give another one.`);
    return;
  }
  const isElsewhere = code === 4404;
  showTrouble(isElsewhere ? "This page's session goes on in another tab, which took it over." : `The server closed the connection for good: ${reason || "no reason was given"} (${code}).`, "connection");
}

function showTrouble(text, about = "") {
  say($("trouble-text"), text);
  $("trouble").dataset.about = about;
  $("trouble").hidden = false;
}

function hideTrouble(about) { if (about === undefined || $("trouble").dataset.about === about) $("trouble").hidden = true; }

/** What stands behind the # says what is shown, so that going back, reloading and a link to a channel work. */
function route() {
  const [, place = "channels", name = ""] = location.hash.split("/");
  const isSessions = place === "sessions";
  const isCluster = place === "cluster";
  const isChannels = !isSessions && !isCluster;
  const named = decoded(name);
  $("channels-place").hidden = !isChannels;
  $("sessions-place").hidden = !isSessions;
  $("cluster-place").hidden = !isCluster;
  for (const [tab, isCurrent] of [[$("to-channels"), isChannels], [$("to-sessions"), isSessions], [$("to-cluster"), isCluster]]) {
    if (isCurrent) tab.setAttribute("aria-current", "page");
    else tab.removeAttribute("aria-current");
  }
  document.title = `${named || (isSessions ? "Sessions" : isCluster ? "Cluster" : "Explorer")} · RealTimeActors`;
  if (isCluster) cluster.open();
  else cluster.rest();
  if (!isSessions) sessions.rest();
  if (!isChannels) {
    channels.stop();
    view.rest();
    if (isSessions) sessions.open(named || null);
    return;
  }
  channels.start();
  const channel = named || view.channel;
  channels.choose(channel);
  if (channel) view.open(channel);
  // Back from the sessions: the channel that is still followed.
  $("to-channels").href = channel ? `#/channels/${encodeURIComponent(channel)}` : "#/channels";
}

function decoded(name) { try { return decodeURIComponent(name); } catch { return name; } }

token.onChange(() => {
  hideTrouble();
  hurryAll({ isRefusalOver: true });
  void view.changeToken();
  cluster.start();
});
$("trouble-dismiss").addEventListener("click", () => hideTrouble());
addEventListener("hashchange", route);
view.connect();
server.start();
cluster.start();
route();

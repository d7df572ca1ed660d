// Where this page's own session stands in the channel, and what a replay brought.

import { duration, many, transportText } from "../format.js";
import { range } from "../live.js";
import { $, number, say } from "./dom.js";

/** @param head The newest offset that the server told, also while this page's connection is cut. */
export function showPosition(following, head) {
  const { position, replay, state } = following;
  const known = position === null ? null : Math.max(position.head, position.received, head ?? 0);
  const lag = position === null ? null : Math.max(0, known - position.offset);
  say($("own-session"), following.session ?? "–");
  $("own-session").title = following.session ?? "";
  say($("own-connection"), state.state === "live" ? following.connection?.id ?? "–" : state.state === "cut" ? "cut" : "none");
  say($("own-transport"), state.state === "live" ? transportText(following.connection?.transport) : "–");
  say($("own-epoch"), position?.epoch ?? "–");
  say($("own-position"), number(position?.offset));
  say($("own-acked"), number(position?.acked));
  say($("own-head"), number(known));
  say($("own-lag"), number(lag));
  $("own-lag").classList.toggle("behind", lag > 0);
  Object.assign($("own").dataset, { position: position?.offset ?? "", lag: lag ?? "" });
  $("cut").textContent = state.state === "live" || state.state === "connecting" ? "Cut the connection" : "Go on";
  $("cut").disabled = state.state === "connecting";
  showReplay(following, replay, position, state, lag);
}

function showReplay(following, replay, position, state, lag) {
  const box = $("replay");
  const bar = $("replay-bar");
  const isAway = state.state !== "live";
  const wanted = replay ? replay.to - replay.first + 1 : 0;
  const done = replay && position ? Math.min(wanted, Math.max(0, position.received - replay.first + 1)) : 0;
  bar.style.transform = `scaleX(${following.isReplaying && wanted > 0 ? done / wanted : 0})`;
  for (const name of ["replayed", "missing", "lost", "repeats", "first", "last"]) delete box.dataset[name];
  if (isAway) {
    box.className = "report idle";
    say($("replay-line"), state.state === "cut" ? `The connection is cut${lag ? `, ${many(lag, "event")} behind` : ""}. What is published now is replayed when it goes on.` : "No connection. The session goes on where it was when there is one.");
  }
  else if (replay === null) {
    box.className = "report idle";
    say($("replay-line"), following.channel === null ? "No channel is followed." : "Waiting for the server to say where it begins.");
  }
  else if (replay.tookMs === null) {
    box.className = "report busy";
    say($("replay-line"), `Replaying ${number(done)} of ${number(wanted)} …`);
  }
  else showReport(box, replay);
}

function showReport(box, { why, first, to, count, tookMs, awayMs, repeats, lost, missing }) {
  const away = awayMs === null ? "" : ` after ${duration(awayMs)} away`;
  const isWhole = lost + missing === 0;
  if (awayMs === null && count === 0) {
    box.className = "report idle";
    say($("replay-line"), why === "resumed" ? "The session went on where it had left off; nothing was missed." : "Nothing had to be replayed. New events come as they are published.");
    return;
  }
  box.className = isWhole ? "report good" : "report bad";
  Object.assign(box.dataset, { replayed: count, missing, lost, repeats, first, last: to });
  const verdict = [
    missing === 0 ? "no hole" : `${many(missing, "offset")} missing`,
    repeats === 0 ? "no repeat" : `${many(repeats, "repeat")} left out`,
    ...(lost === 0 ? [] : [`${many(lost, "event")} gone`]),
  ].join(", ");
  say($("replay-line"), count === 0
    ? `Resumed${away}: nothing new had been published, ${verdict}.`
    : `Replayed ${many(count, "event")}, offsets ${range(first, to)}, in ${duration(tookMs)}${away}: ${verdict}.`);
}

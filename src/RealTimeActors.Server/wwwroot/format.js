// Numbers and times for people.

const RATES = ["B", "kB", "MB", "GB", "TB"];
const SIZES = ["B", "KiB", "MiB", "GiB", "TiB"];

function scaled(bytes, base, units) {
  let power = 0;
  while (bytes >= base && power < units.length - 1) {
    bytes /= base;
    power++;
  }
  return { number: bytes >= 100 || power === 0 ? Math.round(bytes).toString() : bytes.toFixed(1), unit: units[power] };
}

export function rate(bytesPerSecond) {
  const { number, unit } = scaled(bytesPerSecond, 1000, RATES);
  return { number, unit: `${unit}/s` };
}

export function rateText(bytesPerSecond) {
  const { number, unit } = rate(bytesPerSecond);
  return `${number} ${unit}`;
}

export function sizeText(bytes) {
  const { number, unit } = scaled(bytes, 1024, SIZES);
  return `${number} ${unit}`;
}

export function percent(value) { return (value ?? 0).toFixed(1); }

export function clock(time) {
  const date = new Date(time);
  const two = number => String(number).padStart(2, "0");
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${String(date.getMilliseconds()).padStart(3, "0")}`;
}

export function duration(milliseconds) {
  return milliseconds < 1000 ? `${Math.max(1, Math.round(milliseconds))} ms` : `${(milliseconds / 1000).toFixed(1)} s`;
}

export function many(count, noun) { return `${count} ${noun}${count === 1 ? "" : "s"}`; }

/** Over what a connection goes, for people. */
export function transportText(transport) { return { websocket: "WebSocket", sse: "Server-sent events", poll: "Long-polling" }[transport] ?? "–"; }

/** The same where there is little room, and only where it is not what one expects. */
export function detourText(transport) { return { sse: "SSE", poll: "polling" }[transport] ?? ""; }

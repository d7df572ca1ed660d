// One chart of the last two minutes: one or two series over time, holes where nothing came, and a mark on what was replayed.

export const WINDOW_MS = 120_000;
const MARGIN = { top: 18, right: 10, bottom: 20, left: 8 };

export class Chart {
  #canvas;
  #options;
  #points = []; // {time, values, kind}, in order of time
  #colors = {};

  /** options: {holeMs, top(points) → the value at the upper edge, label(value) → text}. */
  constructor(canvas, options) {
    this.#canvas = canvas;
    this.#options = options;
    this.readColors();
    new ResizeObserver(() => this.draw(this.drawnAt ?? Date.now())).observe(canvas);
  }

  get newest() { return this.#points.at(-1); }

  /** Points come nearly in order: what was replayed or read from the history finds its place from the end. */
  add(time, values, kind) {
    let i = this.#points.length;
    while (i > 0 && this.#points[i - 1].time > time) i--;
    if (this.#points[i - 1]?.time === time) return;
    this.#points.splice(i, 0, { time, values, kind });
  }

  readColors() {
    const style = getComputedStyle(this.#canvas);
    for (const name of ["a", "b", "replay", "grid", "hatch", "faint", "card"]) this.#colors[name] = style.getPropertyValue(`--${name}`).trim();
  }

  draw(now) {
    this.drawnAt = now;
    const oldest = now - WINDOW_MS;
    while (this.#points.length > 1 && this.#points[1].time < oldest) this.#points.shift();

    const ratio = window.devicePixelRatio || 1;
    const width = this.#canvas.clientWidth, height = this.#canvas.clientHeight;
    if (width === 0 || height === 0) return;
    const deviceWidth = Math.round(width * ratio), deviceHeight = Math.round(height * ratio);
    if (this.#canvas.width !== deviceWidth || this.#canvas.height !== deviceHeight) {
      this.#canvas.width = deviceWidth;
      this.#canvas.height = deviceHeight;
    }

    const context = this.#canvas.getContext("2d");
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    const box = { left: MARGIN.left, right: width - MARGIN.right, top: MARGIN.top, bottom: height - MARGIN.bottom };
    const top = this.#options.top(this.#points);
    const x = time => box.left + (box.right - box.left) * (time - oldest) / WINDOW_MS;
    const y = value => box.bottom - (box.bottom - box.top) * Math.min(1, value / top);

    this.#grid(context, box, top);
    context.save();
    context.beginPath();
    context.rect(box.left, 0, width - box.left, height);
    context.clip();
    this.#holes(context, box, x, now);
    this.#replays(context, box, x);
    for (const runOfPoints of this.#runs()) {
      this.#area(context, runOfPoints, x, y, box);
      this.#line(context, runOfPoints, x, y, 1, this.#colors.b, 1.25);
      this.#line(context, runOfPoints, x, y, 0, this.#colors.a, 1.75);
    }
    const newest = this.newest;
    if (newest && now - newest.time < this.#options.holeMs) this.#dot(context, x(newest.time), y(newest.values[0]));
    context.restore();
  }

  #grid(context, box, top) {
    context.font = "11px system-ui, sans-serif";
    context.lineWidth = 1;
    context.strokeStyle = this.#colors.grid;
    for (const share of [0, 0.5, 1]) {
      const at = Math.round(box.bottom - (box.bottom - box.top) * share) + 0.5;
      context.beginPath();
      context.moveTo(box.left, at);
      context.lineTo(box.right, at);
      context.stroke();
    }
    context.fillStyle = this.#colors.faint;
    context.textBaseline = "top";
    context.textAlign = "left";
    context.fillText(this.#options.label(top), box.left, box.top - 14);
    context.fillText("2 min ago", box.left, box.bottom + 6);
    context.textAlign = "center";
    context.fillText("1 min", (box.left + box.right) / 2, box.bottom + 6);
    context.textAlign = "right";
    context.fillText("now", box.right, box.bottom + 6);
  }

  // Runs of points without a hole between them.
  *#runs() {
    let from = 0;
    for (let i = 1; i <= this.#points.length; i++) {
      if (i < this.#points.length && this.#points[i].time - this.#points[i - 1].time <= this.#options.holeMs) continue;
      yield this.#points.slice(from, i);
      from = i;
    }
  }

  #holes(context, box, x, now) {
    const times = [...this.#points.map(point => point.time), now];
    for (let i = 1; i < times.length; i++) {
      if (times[i] - times[i - 1] <= this.#options.holeMs) continue;
      const left = Math.max(box.left, x(times[i - 1])), right = x(times[i]);
      if (right <= left) continue;
      context.save();
      context.beginPath();
      context.rect(left, box.top, right - left, box.bottom - box.top);
      context.clip();
      context.strokeStyle = this.#colors.hatch;
      context.lineWidth = 1;
      context.beginPath();
      // Lines stand still while the chart moves on: they are anchored to the box, not to the hole.
      for (let at = box.left - box.bottom; at < right; at += 7) {
        context.moveTo(at, box.bottom);
        context.lineTo(at + box.bottom, 0);
      }
      context.stroke();
      context.restore();
    }
  }

  #replays(context, box, x) {
    for (let i = 0; i < this.#points.length; i++) {
      if (this.#points[i].kind !== "replayed") continue;
      const first = i;
      while (this.#points[i + 1]?.kind === "replayed" && this.#points[i + 1].time - this.#points[i].time <= this.#options.holeMs) i++;
      const left = x(this.#points[Math.max(0, first - 1)].time), right = x(this.#points[i].time);
      context.fillStyle = this.#colors.replay;
      context.globalAlpha = 0.16;
      context.fillRect(left, box.top, Math.max(2, right - left), box.bottom - box.top);
      context.globalAlpha = 1;
      context.fillRect(left, box.bottom - 1, Math.max(2, right - left), 2);
      if (right - left > 24) {
        context.textAlign = "center";
        context.textBaseline = "top";
        context.fillText("replayed", Math.min(box.right - 24, Math.max(box.left + 24, (left + right) / 2)), box.top - 14);
      }
    }
  }

  #area(context, points, x, y, box) {
    if (points.length < 2) return;
    const gradient = context.createLinearGradient(0, box.top, 0, box.bottom);
    gradient.addColorStop(0, this.#colors.a);
    gradient.addColorStop(1, "transparent");
    context.beginPath();
    context.moveTo(x(points[0].time), box.bottom);
    for (const point of points) context.lineTo(x(point.time), y(point.values[0]));
    context.lineTo(x(points.at(-1).time), box.bottom);
    context.closePath();
    context.globalAlpha = 0.22;
    context.fillStyle = gradient;
    context.fill();
    context.globalAlpha = 1;
  }

  #line(context, points, x, y, series, color, width) {
    context.lineWidth = width;
    context.lineJoin = context.lineCap = "round";
    // The leading series changes its colour where it was replayed: a stretch belongs to the point that it leads to.
    const isReplayed = i => series === 0 && points[i].kind === "replayed";
    for (let first = 0, last = 1; last < points.length; first = last, last++) {
      while (last + 1 < points.length && isReplayed(last + 1) === isReplayed(last)) last++;
      context.beginPath();
      for (let i = first; i <= last; i++) context.lineTo(x(points[i].time), y(points[i].values[series]));
      context.strokeStyle = isReplayed(last) ? this.#colors.replay : color;
      context.stroke();
    }
  }

  #dot(context, x, y) {
    context.beginPath();
    context.arc(x, y, 3.5, 0, 2 * Math.PI);
    context.fillStyle = this.#colors.a;
    context.fill();
    context.lineWidth = 1.5;
    context.strokeStyle = this.#colors.card;
    context.stroke();
  }
}

/** A round number at or above the highest of the values, so that the scale does not move at every event. */
export function niceTop(points, least) {
  let highest = least;
  for (const point of points) highest = Math.max(highest, ...point.values);
  const magnitude = 10 ** Math.floor(Math.log10(highest));
  return [1, 2, 5, 10].find(step => step * magnitude >= highest) * magnitude;
}

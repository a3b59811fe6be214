import { svg } from "./svg.js";

const WIDTH = 420, HEIGHT = 190, LEFT = 34, BOTTOM = 22, TOP = 8, RIGHT = 10;

const nice = most => {
  const power = 10 ** Math.floor(Math.log10(most || 1));
  return [1, 2, 5, 10].map(n => n * power).find(n => n >= most) ?? most;
};

/** Lines over a common pair of axes, both from zero. */
export function lineChart(target, { label, xLabel, series, note }) {
  const all = series.flatMap(s => s.points);
  if (all.length === 0) return;
  const xMost = Math.max(...all.map(p => p[0])) || 1, yMost = nice(Math.max(...all.map(p => p[1])));
  const x = value => LEFT + value / xMost * (WIDTH - LEFT - RIGHT);
  const y = value => HEIGHT - BOTTOM - value / yMost * (HEIGHT - BOTTOM - TOP);
  const picture = svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": label });
  for (let i = 0; i <= 4; i++) {
    const value = yMost * i / 4;
    picture.append(
      svg("line", { class: "link", x1: LEFT, x2: WIDTH - RIGHT, y1: y(value), y2: y(value) }),
      svg("text", { class: "quiet-text", x: LEFT - 5, y: y(value) + 4, "text-anchor": "end" }, String(+value.toPrecision(3))));
  }
  picture.append(svg("text", { class: "quiet-text", x: WIDTH - RIGHT, y: HEIGHT - 6, "text-anchor": "end" }, `${+xMost.toPrecision(3)} ${xLabel}`));
  for (const { points, color, dashed, dots, area, step } of series) {
    if (points.length === 0) continue;
    let path = `M${x(points[0][0])} ${y(points[0][1])}`;
    for (let i = 1; i < points.length; i++) path += (step ? `H${x(points[i][0])}V${y(points[i][1])}` : `L${x(points[i][0])} ${y(points[i][1])}`);
    if (area) picture.append(svg("path", { d: `${path}V${y(0)}H${x(points[0][0])}Z`, style: `fill: ${color}; opacity: .15` }));
    picture.append(svg("path", { d: path, style: `fill: none; stroke: ${color}; stroke-width: 1.8${dashed ? "; stroke-dasharray: 5 4" : ""}` }));
    if (dots) for (const [px, py] of points) picture.append(svg("circle", { cx: x(px), cy: y(py), r: 3, style: `fill: ${color}` }));
  }
  const legend = document.createElement("div");
  legend.className = "legend";
  for (const { name, color } of series) {
    const entry = document.createElement("span"), mark = document.createElement("i");
    mark.style.background = color;
    entry.append(mark, name);
    legend.append(entry);
  }
  if (note) legend.append(note);
  target.replaceChildren(picture, legend);
}

import { svg } from "./svg.js";

const WIDTH = 420, HEIGHT = 210, LEFT = 34, BOTTOM = 22, TOP = 20, RIGHT = 34;

const nice = most => {
  const power = 10 ** Math.floor(Math.log10(most || 1));
  return [1, 2, 5, 10].map(n => n * power).find(n => n >= most) ?? most;
};

/** Lines over one x axis and up to two y axes, all from zero; a series marked right has the right one. */
export function lineChart(target, { label, xLabel, yLabel, rightLabel, series, note }) {
  const all = series.flatMap(s => s.points);
  if (all.length === 0) return;
  const most = right => nice(Math.max(0, ...series.filter(s => !!s.right === right).flatMap(s => s.points).map(p => p[1])));
  const xMost = Math.max(...all.map(p => p[0])) || 1, yMost = most(false), rightMost = most(true);
  const x = value => LEFT + value / xMost * (WIDTH - LEFT - RIGHT);
  const height = (value, top) => HEIGHT - BOTTOM - value / top * (HEIGHT - BOTTOM - TOP);
  const picture = svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": label });
  for (let i = 0; i <= 4; i++) {
    const y = height(i, 4);
    picture.append(
      svg("line", { class: "grid", x1: LEFT, x2: WIDTH - RIGHT, y1: y, y2: y }),
      svg("text", { class: "quiet-text", x: LEFT - 5, y: y + 4, "text-anchor": "end" }, String(+(yMost * i / 4).toPrecision(3))));
    if (rightLabel) picture.append(svg("text", { class: "quiet-text", x: WIDTH - RIGHT + 5, y: y + 4 }, String(+(rightMost * i / 4).toPrecision(3))));
  }
  picture.append(
    svg("text", { class: "quiet-text", x: 2, y: 11 }, yLabel ?? ""),
    svg("text", { class: "quiet-text", x: WIDTH - 2, y: 11, "text-anchor": "end" }, rightLabel ?? ""));
  picture.append(svg("text", { class: "quiet-text", x: WIDTH - RIGHT, y: HEIGHT - 6, "text-anchor": "end" }, `${+xMost.toPrecision(3)} ${xLabel}`));
  for (const { points, color, dashed, dots, area, step, right } of series) {
    if (points.length === 0) continue;
    const y = value => height(value, right ? rightMost : yMost);
    let path = `M${x(points[0][0])} ${y(points[0][1])}`;
    for (let i = 1; i < points.length; i++) path += (step ? `H${x(points[i][0])}V${y(points[i][1])}` : `L${x(points[i][0])} ${y(points[i][1])}`);
    if (area) picture.append(svg("path", { d: `${path}V${y(0)}H${x(points[0][0])}Z`, style: `fill: ${color}; opacity: .15` }));
    picture.append(svg("path", { d: path, style: `fill: none; stroke: ${color}; stroke-width: 1.8${dashed ? "; stroke-dasharray: 5 4" : ""}` }));
    if (dots) for (const [px, py] of points) picture.append(svg("circle", { cx: x(px), cy: y(py), r: 3, style: `fill: ${color}` }));
  }
  const legend = document.createElement("div");
  legend.className = "legend";
  for (const { name, color, dashed } of series) {
    const entry = document.createElement("span"), mark = document.createElement("i");
    mark.style.borderColor = color;
    mark.classList.toggle("dashed", !!dashed);
    entry.append(mark, name);
    legend.append(entry);
  }
  if (note) {
    const said = document.createElement("p");
    said.className = "quiet";
    said.textContent = note;
    legend.append(said);
  }
  target.replaceChildren(picture, legend);
}

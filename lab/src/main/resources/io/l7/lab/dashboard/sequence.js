import { svg } from "./svg.js";

const LIMIT = 500, COLUMNS = 7, FIRST = 13, STEP = 13.2;
const NARROWEST = 680, WIDEST_NAME = 110, CHARACTER = 6.4;
const PROTOCOLS = ["dns", "smtp", "http", "bt", "dash"];

/**
 * A message sequence chart that runs on: a lifeline a host, an arrow a message, and in between why it happens.
 * A host gets a lifeline when it first speaks; the one that was silent longest gives way.
 */
export function createSequence(target, pause, filters, choose) {
  let held = [], paused = false, clock = 0, following = true, last = 0;
  const columns = new Array(COLUMNS).fill(null);
  const names = svg("svg", { class: "sequence-head", height: 20, "aria-hidden": "true" });
  target.append(names);

  pause.addEventListener("click", () => {
    paused = !paused;
    pause.setAttribute("aria-pressed", paused);
    pause.textContent = paused ? "Go on" : "Pause";
    if (!paused) {
      held.forEach(draw);
      held = [];
    }
  });

  // Whoever scrolls up stays there; whoever comes back to the end follows again.
  target.addEventListener("scroll", () => {
    if (target.scrollTop < last - 2) following = false;
    if (target.scrollTop + target.clientHeight >= target.scrollHeight - 30) following = true;
    last = target.scrollTop;
  });

  for (const protocol of PROTOCOLS) {
    const label = document.createElement("label"), box = document.createElement("input");
    box.type = "checkbox";
    box.checked = true;
    box.addEventListener("change", () => target.classList.toggle("without-" + protocol, !box.checked));
    label.className = "tag " + protocol;
    label.append(box, protocol);
    filters.append(label);
  }

  const at = column => FIRST + column * STEP;

  function row(height, protocol, label) {
    const drawn = svg("svg", { class: "sequence-row " + protocol, height, role: "img", "aria-label": label });
    columns.forEach((held, i) => {
      if (held) drawn.append(svg("line", { class: "lifeline", x1: at(i) + "%", x2: at(i) + "%", y1: 0, y2: height }));
    });
    return drawn;
  }

  function time(message, y) {
    return svg("text", { class: "quiet-text", x: 2, y }, Number(message.at).toFixed(3));
  }

  /** The columns of both ends; whoever is new is named in a row of its own. */
  function lifelines(message) {
    const fresh = [];
    const taken = [message.from, message.to].map(host => {
      let column = columns.findIndex(held => held?.host === host);
      if (column < 0) {
        column = columns.findIndex(held => held === null);
        if (column < 0) column = columns.reduce((oldest, held, i) => held.used < columns[oldest].used ? i : oldest, 0);
        fresh.push(column);
      }
      columns[column] = { host, used: ++clock };
      return column;
    });
    if (fresh.length) {
      const heads = row(20, message.protocol, "");
      heads.append(...fresh.map(head));
      target.append(heads);
      nameAll();
    }
    return taken;
  }

  /** A name in its box, as much of it as there is room for between two lifelines. */
  function head(column) {
    const width = Math.min(WIDEST_NAME, Math.max(NARROWEST, target.clientWidth) * STEP / 100 - 6);
    return svg("svg", { x: at(column) + "%", overflow: "visible" },
      svg("title", {}, columns[column].host),
      svg("rect", { class: "head", x: -width / 2, y: 2, width, height: 16, rx: 4 }),
      svg("text", { class: "head-text", y: 14, "text-anchor": "middle" }, shorten(columns[column].host, Math.floor(width / CHARACTER))));
  }

  function nameAll() {
    names.replaceChildren(...[...columns.keys()].filter(column => columns[column]).map(head));
  }
  window.addEventListener("resize", nameAll);

  const shorten = (text, most) => text.length > most ? text.slice(0, most - 1) + "…" : text;

  function arrow(message) {
    const [from, to] = lifelines(message);
    const drawn = row(24, message.protocol, `${message.from} to ${message.to}: ${message.text}`);
    const right = at(Math.max(from, to)), left = at(Math.min(from, to)), towards = to > from ? -1 : 1;
    const late = left > 55;
    drawn.append(
      time(message, 20),
      svg("text", { class: "message-text", x: (late ? right : left) + "%", dx: late ? -5 : 5, y: 13, "text-anchor": late ? "end" : "start" },
        shorten(message.text, 90)),
      svg("line", { class: "arrow", x1: at(from) + "%", x2: at(to) + "%", y1: 19, y2: 19 }),
      svg("svg", { x: at(to) + "%", overflow: "visible" },
        svg("path", { class: "arrow-head", d: `M0 19l${7 * towards} -3.5v7z` })));
    if (message.connection) drawn.addEventListener("click", () => choose(message.connection));
    target.append(drawn);
  }

  function cause(message) {
    const drawn = row(22, message.protocol, message.text);
    drawn.append(
      time(message, 15),
      svg("rect", { class: "cause", x: at(0) - 3 + "%", y: 3, width: 14 + message.text.length * 6.4, height: 16, rx: 8 }),
      svg("text", { class: "cause-text", x: at(0) - 3 + "%", dx: 8, y: 15 }, message.text));
    target.append(drawn);
  }

  function draw(message) {
    if (message.from) arrow(message); else cause(message);
    while (target.childElementCount > LIMIT) names.nextElementSibling.remove();
    if (following) {
      target.scrollTop = target.scrollHeight;
      last = target.scrollTop;
    }
  }

  function add(message) {
    if (!paused) draw(message);
    else if (held.push(message) > LIMIT) held.shift();
  }

  function forget() {
    held = [];
    columns.fill(null);
    names.replaceChildren();
    target.replaceChildren(names);
    following = true;
  }

  return { add, forget };
}

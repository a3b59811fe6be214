import { svg } from "./svg.js";

const WIDTH = 900, CELL = 58, ROW = 46, TITLE = 20, GAP = 12, PADDING = 8, MOST_COLUMNS = 6, TOP = 116;

const COLORS = {
  root: "--dns", tld: "--dns", authority: "--dns", resolver: "--dns", mail: "--smtp", origin: "--dash", edge: "--http",
  web: "--http", client: "--accent", tracker: "--bt", peer: "--bt",
};

/** The map: the name hierarchy on top, below it a box a domain with its hosts, dots that travel with the traffic. */
export function createMap(target) {
  const boxes = svg("g"), links = svg("g"), packets = svg("g"), nodes = svg("g");
  const picture = svg("svg", { role: "img", "aria-label": "Hosts by domain, and the traffic between them" }, boxes, links, packets, nodes);
  target.append(picture);
  const places = new Map(), lines = new Map(), down = new Set();
  const still = matchMedia("(prefers-reduced-motion: reduce)");

  function world({ hosts }) {
    boxes.replaceChildren();
    nodes.replaceChildren();
    links.replaceChildren();
    lines.clear();
    places.clear();
    hierarchy(hosts);
    const height = domains(hosts);
    picture.setAttribute("viewBox", `0 0 ${WIDTH} ${height}`);
  }

  /** The root, the top-level domains below it, and the resolver that asks them. */
  function hierarchy(hosts) {
    for (const host of hosts.filter(h => h.role === "root")) node(host, WIDTH / 2, 22, "root");
    const tlds = hosts.filter(h => h.role === "tld");
    tlds.forEach((host, i) => {
      const x = WIDTH / 2 + (i - (tlds.length - 1) / 2) * 90;
      boxes.append(svg("line", { class: "tree", x1: WIDTH / 2, y1: 30, x2: x, y2: 70 }));
      node(host, x, 78, "." + host.name.split(".").at(-1));
    });
    hosts.filter(h => h.role === "resolver").forEach((host, i) => node(host, 110 + i * 90, 50, "resolver"));
  }

  /** A box a domain, left to right in rows; returns the height of it all. */
  function domains(hosts) {
    const groups = new Map();
    for (const host of hosts) {
      if (["root", "tld", "resolver"].includes(host.role)) continue;
      const domain = host.name.split(".").slice(-2).join(".");
      groups.set(domain, [...(groups.get(domain) ?? []), host]);
    }
    const rows = [[]];
    let used = 0;
    for (const [domain, members] of groups) {
      const columns = Math.min(MOST_COLUMNS, members.length);
      const width = Math.max(columns * CELL, domain.length * 6.6) + 2 * PADDING;
      if (used > 0 && used + GAP + width > WIDTH) {
        rows.push([]);
        used = 0;
      }
      used += (used ? GAP : 0) + width;
      rows.at(-1).push({ domain, members, columns, width, height: TITLE + Math.ceil(members.length / columns) * ROW + PADDING });
    }
    let y = TOP;
    for (const row of rows) {
      const free = WIDTH - row.reduce((sum, box) => sum + box.width, 0);
      const gap = row.length > 1 ? Math.min(3 * GAP, free / (row.length - 1)) : 0;
      let x = (free - gap * (row.length - 1)) / 2;
      const height = Math.max(...row.map(box => box.height));
      for (const box of row) {
        domain(box, x, y, height);
        x += box.width + gap;
      }
      y += height + GAP;
    }
    return y;
  }

  function domain({ domain, members, columns, width }, x, y, height) {
    boxes.append(
      svg("rect", { class: "domain", x, y, width, height, rx: 8 }),
      svg("text", { class: "quiet-text", x: x + PADDING, y: y + 14 }, domain));
    const cell = (width - 2 * PADDING) / columns;
    members.forEach((host, i) => node(
      host, x + PADDING + (i % columns + .5) * cell, y + TITLE + 14 + Math.floor(i / columns) * ROW, host.name.split(".")[0]));
  }

  function node(host, x, y, label) {
    const drawn = svg("g", { class: "node", tabindex: "0", transform: `translate(${x} ${y})` },
      svg("title", {}, `${host.name}\n${host.address}\n${host.role}`),
      svg("circle", { r: 8, style: `stroke: var(${COLORS[host.role] ?? "--quiet"})` }),
      svg("text", { y: 21, "text-anchor": "middle" }, label.length > 10 ? label.slice(0, 9) + "…" : label));
    if (down.has(host.address)) drawn.dataset.down = "";
    nodes.append(drawn);
    places.set(host.address, { x, y, node: drawn, role: host.role });
  }

  function host({ address, up }) {
    if (up) down.delete(address); else down.add(address);
    const drawn = places.get(address)?.node;
    if (!drawn) return;
    if (up) delete drawn.dataset.down; else drawn.dataset.down = "";
  }

  function traffic({ flows }) {
    for (const [from, to, octets] of flows) {
      const a = places.get(from), b = places.get(to);
      if (!a || !b) continue;
      line(from, to, a, b);
      if (!still.matches) packet(a, b, octets);
    }
  }

  /** A line that glows with traffic and fades without. */
  function line(from, to, a, b) {
    const key = from < to ? from + to : to + from;
    let drawn = lines.get(key);
    if (!drawn) {
      drawn = svg("line", { class: "link", x1: a.x, y1: a.y, x2: b.x, y2: b.y });
      lines.set(key, drawn);
      links.append(drawn);
    }
    drawn.getAnimations().forEach(animation => animation.cancel());
    drawn.animate([{ opacity: 1 }, { opacity: .12 }], { duration: 4000, fill: "forwards" });
  }

  function packet(a, b, octets) {
    if (packets.childElementCount > 150) return;
    const dot = svg("circle", { r: Math.min(6, 1.5 + Math.log10(octets + 1) * .6), style: `fill: var(${COLORS[a.role] ?? "--quiet"})` });
    packets.append(dot);
    dot.animate([{ transform: `translate(${a.x}px, ${a.y}px)` }, { transform: `translate(${b.x}px, ${b.y}px)` }], { duration: 600 })
      .onfinish = () => dot.remove();
  }

  return { world, host, traffic };
}

import { svg } from "./svg.js";

const WIDTH = 900, HEIGHT = 400;

/** Where each role stands: a row of the picture, left to right. */
const ROWS = {
  root: [.5, .07], tld: [.5, .24], authority: [.27, .42], resolver: [.5, .57], mail: [.13, .74],
  origin: [.68, .42], edge: [.8, .6], web: [.9, .25], client: [.46, .74], tracker: [.78, .78], peer: [.5, .93],
};
/** How much of the width a role's row may take. */
const SHARE = { peer: .9, authority: .5, client: .44 };
const COLORS = {
  root: "--dns", tld: "--dns", authority: "--dns", resolver: "--dns", mail: "--smtp", origin: "--dash", edge: "--http",
  web: "--http", client: "--accent", tracker: "--bt", peer: "--bt",
};

/** The map: a circle a host, a line a pair that has talked, dots that travel with the traffic. */
export function createMap(target) {
  const links = svg("g"), packets = svg("g"), nodes = svg("g");
  const picture = svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": "Hosts and the traffic between them" }, links, packets, nodes);
  target.append(picture);
  const places = new Map(), lines = new Map();
  const still = matchMedia("(prefers-reduced-motion: reduce)");

  function world({ hosts }) {
    nodes.replaceChildren();
    const byRole = Map.groupBy ? Map.groupBy(hosts, h => h.role) : group(hosts);
    for (const [role, members] of byRole) {
      const [cx, cy] = ROWS[role] ?? [.5, .5];
      const spread = Math.min(150, WIDTH * (SHARE[role] ?? .34) / members.length);
      const levels = spread < 100 ? 3 : 1;
      members.forEach((host, i) => {
        const x = Math.max(40, Math.min(WIDTH - 40, cx * WIDTH + (i - (members.length - 1) / 2) * spread));
        const y = cy * HEIGHT;
        const node = svg("g", { class: "node", tabindex: "0", transform: `translate(${x} ${y})` },
          svg("title", {}, `${host.name}\n${host.address}\n${host.role}`),
          svg("circle", { r: 8, style: `stroke: var(${COLORS[role] ?? "--quiet"})` }),
          svg("text", { y: 21 + (i % levels) * 11, "text-anchor": "middle" }, short(host.name)));
        nodes.append(node);
        places.set(host.address, { x, y, node, role });
      });
    }
  }

  function group(hosts) {
    const groups = new Map();
    for (const host of hosts) groups.set(host.role, [...(groups.get(host.role) ?? []), host]);
    return groups;
  }

  const short = name => name.length > 18 ? name.slice(0, 17) + "…" : name;

  function host({ address, up }) {
    const node = places.get(address)?.node;
    if (!node) return;
    if (up) delete node.dataset.down; else node.dataset.down = "";
  }

  function traffic({ flows }) {
    for (const [from, to, octets] of flows) {
      const a = places.get(from), b = places.get(to);
      if (!a || !b) continue;
      line(from, to, a, b);
      if (!still.matches) packet(a, b, octets);
    }
  }

  function line(from, to, a, b) {
    const key = from < to ? from + to : to + from;
    if (lines.has(key)) return;
    const drawn = svg("line", { class: "link", x1: a.x, y1: a.y, x2: b.x, y2: b.y });
    lines.set(key, drawn);
    links.append(drawn);
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

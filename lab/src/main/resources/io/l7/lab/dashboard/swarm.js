import { svg } from "./svg.js";

const WIDTH = 420, HEIGHT = 250, CX = 210, CY = 122, RADIUS = 96;

/** The swarm: peers in a ring with an arrow to each they unchoke, and a bar of pieces a peer. */
export function createSwarm(target) {
  const picture = svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": "Who unchokes whom" });
  const rows = new Map();

  function show({ peers }) {
    if (!picture.isConnected) target.replaceChildren(picture);
    ring(peers);
    for (const [name, { element }] of rows) {
      if (peers.some(peer => peer.name === name)) continue;
      element.remove();
      rows.delete(name);
    }
    for (const peer of peers) {
      if (!rows.has(peer.name)) rows.set(peer.name, row(peer.name));
      const { canvas, figures } = rows.get(peer.name);
      const share = shareOf(peer);
      bar(canvas, peer.pieces);
      canvas.setAttribute("aria-label", `${Math.round(share * 100)} % of the pieces`);
      figures.textContent = peer.done ? `done in ${peer.done.toFixed(1)} s`
        : share === 1 ? `↑${rate(peer.up)}` : `${Math.round(share * 100)} % ↓${rate(peer.down)} ↑${rate(peer.up)}`;
    }
  }

  const shareOf = peer => [...peer.pieces].filter(p => p === "1").length / Math.max(1, peer.pieces.length);
  const rate = octets => octets >= 1e6 ? (octets / 1e6).toFixed(1) + "M" : Math.round(octets / 1e3) + "k";

  function ring(peers) {
    const places = new Map(peers.map((peer, i) => {
      const angle = -Math.PI / 2 + 2 * Math.PI * i / peers.length;
      return [peer.name, [CX + Math.cos(angle) * RADIUS * 1.6, CY + Math.sin(angle) * RADIUS]];
    }));
    picture.replaceChildren();
    for (const peer of peers) {
      for (const { to, rate: octets } of peer.unchoked) {
        if (places.has(to)) picture.append(arrow(places.get(peer.name), places.get(to), octets, `${peer.name} unchokes ${to}, ${rate(octets)} octets/s`));
      }
    }
    for (const peer of peers) {
      const [x, y] = places.get(peer.name), share = shareOf(peer);
      picture.append(
        svg("circle", { class: "peer", cx: x, cy: y, r: 13 }),
        svg("path", { d: pie(x, y, 13, share), style: "fill: var(--bt)" }),
        svg("text", { class: "peer-name", x, y: y + 25, "text-anchor": "middle" }, peer.name));
    }
  }

  /** A curve that keeps to its right, so that an arrow each way can be told apart; broad where much flows. */
  function arrow([x1, y1], [x2, y2], octets, title) {
    const length = Math.hypot(x2 - x1, y2 - y1) || 1, ux = (x2 - x1) / length, uy = (y2 - y1) / length;
    const sx = x1 + ux * 16, sy = y1 + uy * 16, ex = x2 - ux * 18, ey = y2 - uy * 18;
    const bend = length * .12, mx = (sx + ex) / 2 - uy * bend, my = (sy + ey) / 2 + ux * bend;
    const tip = Math.atan2(ey - my, ex - mx);
    const wing = turn => `${ex - 8 * Math.cos(tip + turn)} ${ey - 8 * Math.sin(tip + turn)}`;
    return svg("g", { class: "unchoke", style: `opacity: ${octets > 1000 ? .9 : .3}` },
      svg("title", {}, title),
      svg("path", { d: `M${sx} ${sy}Q${mx} ${my} ${ex} ${ey}`, style: `stroke-width: ${1 + Math.min(3, octets / 4e5)}` }),
      svg("path", { class: "tip", d: `M${ex} ${ey}L${wing(.45)}L${wing(-.45)}Z` }));
  }

  function pie(x, y, r, share) {
    if (share >= 1) return `M${x - r} ${y}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0Z`;
    const end = -Math.PI / 2 + 2 * Math.PI * share;
    return `M${x} ${y}V${y - r}A${r} ${r} 0 ${share > .5 ? 1 : 0} 1 ${x + r * Math.cos(end)} ${y + r * Math.sin(end)}Z`;
  }

  function row(name) {
    const element = document.createElement("div");
    element.className = "peer-row";
    const label = document.createElement("span"), canvas = document.createElement("canvas"), figures = document.createElement("span");
    label.textContent = name;
    canvas.height = 12;
    canvas.setAttribute("role", "img");
    element.append(label, canvas, figures);
    target.append(element);
    return { element, canvas, figures };
  }

  function bar(canvas, pieces) {
    canvas.width = Math.max(1, pieces.length);
    const paint = canvas.getContext("2d");
    paint.clearRect(0, 0, canvas.width, 12);
    paint.fillStyle = getComputedStyle(canvas).getPropertyValue("--bt");
    for (let i = 0; i < pieces.length; i++) if (pieces[i] === "1") paint.fillRect(i, 0, 1, 12);
  }

  return { show };
}

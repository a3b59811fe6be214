/** The swarm: a bar of pieces a peer, its rates, and whom it serves. */
export function createSwarm(target) {
  const rows = new Map();

  function row(name) {
    const element = document.createElement("div");
    element.className = "peer-row";
    const label = document.createElement("span"), canvas = document.createElement("canvas"), figures = document.createElement("span");
    label.textContent = name;
    canvas.height = 12;
    canvas.setAttribute("role", "img");
    element.append(label, canvas, figures);
    target.append(element);
    return { label, canvas, figures };
  }

  function show({ peers }) {
    if (rows.size === 0) target.replaceChildren();
    for (const peer of peers) {
      if (!rows.has(peer.name)) rows.set(peer.name, row(peer.name));
      const { canvas, figures, label } = rows.get(peer.name);
      bar(canvas, peer.pieces);
      const share = [...peer.pieces].filter(p => p === "1").length / Math.max(1, peer.pieces.length);
      canvas.setAttribute("aria-label", `${Math.round(share * 100)} % of the pieces`);
      figures.textContent = peer.done ? `done ${peer.done.toFixed(1)} s` : `${Math.round(share * 100)} % ↓${rate(peer.down)} ↑${rate(peer.up)}`;
      label.title = peer.unchoked?.length ? `serves ${peer.unchoked.join(", ")}` : "serves nobody";
      label.textContent = peer.name + (peer.unchoked?.length ? " →" + peer.unchoked.length : "");
    }
  }

  const rate = octets => octets >= 1e6 ? (octets / 1e6).toFixed(1) + "M" : Math.round(octets / 1e3) + "k";

  function bar(canvas, pieces) {
    canvas.width = Math.max(1, pieces.length);
    const paint = canvas.getContext("2d");
    paint.clearRect(0, 0, canvas.width, 12);
    paint.fillStyle = getComputedStyle(canvas).getPropertyValue("--bt");
    for (let i = 0; i < pieces.length; i++) if (pieces[i] === "1") paint.fillRect(i, 0, 1, 12);
  }

  return { show };
}

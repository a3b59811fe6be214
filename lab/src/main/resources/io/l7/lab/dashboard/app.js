import { createMap } from "./map.js";
import { createSequence } from "./sequence.js";
import { createSwarm } from "./swarm.js";
import { createPlayer } from "./player.js";
import { lineChart } from "./chart.js";
import { createTree } from "./tree.js";

const byId = id => document.getElementById(id);
const map = createMap(byId("map-canvas"));
const sequence = createSequence(byId("sequence"), byId("pause"), byId("filters"), id => show(id));
const player = createPlayer(byId("player"));
const swarm = createSwarm(byId("swarm"));
createTree(byId("resolve"), byId("tree"));

/** The story's steps, as pills in the header. */
function step({ name, state, text }) {
  let item = byId("steps").querySelector(`[data-step="${CSS.escape(name)}"]`);
  if (!item) {
    item = document.createElement("li");
    item.dataset.step = name;
    item.textContent = name;
    byId("steps").append(item);
  }
  item.dataset.state = state;
  item.title = text ?? "";
}

/** Buttons that do something to the world; what they did comes back as events. */
function actions(list) {
  byId("actions").replaceChildren(...list.map(({ id, label }) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = label;
    button.addEventListener("click", async () => {
      button.disabled = true;
      try {
        const answer = await fetch(`api/do/${encodeURIComponent(id)}`, { method: "POST" });
        byId("status").textContent = await answer.text();
      } catch {
        byId("status").textContent = "the lab does not answer";
      }
      button.disabled = false;
    });
    return button;
  }));
}

function curve({ points }) {
  lineChart(byId("curve"), {
    label: "Distribution time by number of peers", xLabel: "peers", yLabel: "s", series: [
      { name: "client-server, bound", color: "var(--dash)", points: points.map(p => [p.peers, p.boundCs]), dashed: true },
      { name: "client-server, measured", color: "var(--dash)", points: points.filter(p => p.cs != null).map(p => [p.peers, p.cs]), dots: true },
      { name: "peer to peer, bound", color: "var(--bt)", points: points.map(p => [p.peers, p.boundP2p]), dashed: true },
      { name: "peer to peer, measured", color: "var(--bt)", points: points.filter(p => p.p2p != null).map(p => [p.peers, p.p2p]), dots: true },
    ],
  });
}

/** Connections to choose from; the chosen one's transcript is asked for again while it grows. */
const known = new Map();
let shown = "";
let refresh = 0;
function connection(message) {
  if (!message.connection) return;
  if (!known.has(message.connection)) {
    const option = new Option(`${message.connection}  ${message.from} → ${message.to}`, message.connection);
    known.set(message.connection, option);
    byId("connections").prepend(option);
    while (known.size > 200) {
      const [oldest, dropped] = known.entries().next().value;
      dropped.remove();
      known.delete(oldest);
    }
    if (!shown) show(message.connection);
  }
  if (message.connection === shown) scheduleTranscript();
}
function show(id) {
  if (!known.has(id)) return;
  shown = id;
  byId("connections").value = id;
  scheduleTranscript();
}
function scheduleTranscript() {
  if (refresh) return;
  refresh = setTimeout(async () => {
    refresh = 0;
    try {
      const answer = await fetch(`api/transcript/${encodeURIComponent(shown)}`);
      byId("transcript").textContent = answer.ok ? await answer.text() : "";
    } catch {
      // it stays as it was; the status says that the lab is away
    }
  }, 250);
}
byId("connections").addEventListener("change", event => show(event.target.value));

const handlers = {
  world: world => { map.world(world); actions(world.actions ?? []); },
  host: map.host,
  traffic: map.traffic,
  step,
  message: message => { sequence.add(message); connection(message); },
  swarm: swarm.show,
  player: player.add,
  curve,
  forget: ({ what }) => { if (what === "player") player.forget(); },
};

const events = new EventSource("events");
// Each time the last of what happened is told anew.
events.onopen = () => {
  byId("status").textContent = "live";
  sequence.forget();
  player.forget();
};
events.onerror = () => { byId("status").textContent = "connection lost, trying again"; };
events.onmessage = event => {
  const data = JSON.parse(event.data);
  handlers[data.type]?.(data);
};

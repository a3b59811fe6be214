import { lineChart } from "./chart.js";

/** The playout buffer in seconds, and bitrate and throughput in Mbit/s, chunk by chunk. */
export function createPlayer(target) {
  let played = [];

  function add(sample) {
    played.push(sample);
    const fastest = Math.max(...played.map(p => p.bitrate)) * 4;
    lineChart(target, {
      label: "Playout buffer and bitrate over time", xLabel: "s", yLabel: "s of buffer", rightLabel: "Mbit/s", series: [
        { name: "buffer", color: "var(--http)", area: true, points: played.map(p => [p.at, p.buffer]) },
        { name: "bitrate", color: "var(--dash)", right: true, step: true, points: played.map(p => [p.at, p.bitrate]) },
        { name: "throughput", color: "var(--quiet)", right: true, points: played.map(p => [p.at, Math.min(p.throughput, fastest)]) },
      ],
      note: `from ${sample.edge}: ${sample.why}`,
    });
  }

  function forget() {
    played = [];
  }

  return { add, forget };
}

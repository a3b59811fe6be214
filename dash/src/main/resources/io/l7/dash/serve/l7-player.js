'use strict';
const element = id => document.getElementById(id);
const video = element('video');
const player = dashjs.MediaPlayer().create();
const samples = [];
let stalls = 0;
let playing = false;

player.updateSettings({streaming: {cmcd: {enabled: true, mode: 'query'}}});
player.initialize(video, '/manifest.mpd', true);

video.addEventListener('playing', () => { playing = true; });
video.addEventListener('waiting', () => {
  if (playing && !video.seeking) {
    stalls++;
    playing = false;
  }
});

function sample() {
  const kind = player.getActiveStream() ? 'video' : null;
  if (!kind) {
    return;
  }
  const current = player.getCurrentRepresentationForType(kind);
  const buffer = player.getBufferLength(kind) || 0;
  const rate = current ? Math.round(current.bitrateInKbit) : 0;
  const throughput = player.getAverageThroughput(kind);
  samples.push({buffer, rate});
  if (samples.length > 600) {
    samples.shift();
  }
  element('buffer').textContent = buffer.toFixed(1) + ' s';
  element('picture').textContent = video.videoWidth + '×' + video.videoHeight;
  element('bitrate').textContent = rate + ' kbit/s';
  element('throughput').textContent = Number.isFinite(throughput) ? Math.round(throughput) + ' kbit/s' : '–';
  element('stalls').textContent = stalls;
  plot(element('bufferPlot'), samples.map(s => s.buffer), '--line');
  plot(element('ratePlot'), samples.map(s => s.rate), '--step');
}

function plot(canvas, values, colour) {
  const scale = window.devicePixelRatio || 1;
  const width = canvas.clientWidth * scale;
  const height = canvas.clientHeight * scale;
  canvas.width = width;
  canvas.height = height;
  const draw = canvas.getContext('2d');
  const most = Math.max(1, ...values) * 1.1;
  draw.font = 11 * scale + 'px system-ui';
  draw.fillStyle = draw.strokeStyle = 'gray';
  for (let i = 0; i <= 2; i++) {
    const y = height - 1 - (height - 14 * scale) * i / 2;
    draw.globalAlpha = 0.35;
    draw.fillRect(0, y, width, 1);
    draw.globalAlpha = 1;
    draw.fillText((most * i / 2).toFixed(most < 100 ? 1 : 0), 2, y - 2 * scale);
  }
  canvas.style.color = `var(${colour})`;
  draw.strokeStyle = getComputedStyle(canvas).color;
  draw.lineWidth = 2 * scale;
  draw.beginPath();
  values.forEach((value, i) => {
    const x = width * i / 599;
    const y = height - 1 - (height - 14 * scale) * value / most;
    i ? draw.lineTo(x, y) : draw.moveTo(x, y);
  });
  draw.stroke();
}

setInterval(sample, 500);

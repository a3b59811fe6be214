'use strict';
const element = id => document.getElementById(id);
const video = element('video');
const player = dashjs.MediaPlayer().create();
const samples = [];
const EVERY_MS = 500;
const MOST_SAMPLES = 600;
const LEAST_SHOWN = 120;
const GUTTER = 40;
let dropped = 0;
let stalls = 0;
let playing = false;

player.updateSettings({streaming: {cmcd: {enabled: true, mode: 'query'}}});
player.initialize(video, new URL('/manifest.mpd', location).href, true);

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
  if (samples.length > MOST_SAMPLES) {
    samples.shift();
    dropped++;
  }
  element('buffer').textContent = buffer.toFixed(1) + ' s';
  element('picture').textContent = video.videoWidth ? video.videoWidth + '×' + video.videoHeight : '–';
  element('bitrate').textContent = rate + ' kbit/s';
  element('throughput').textContent = Number.isFinite(throughput) ? rateText(throughput) : '–';
  element('stalls').textContent = stalls;
  plot(element('bufferPlot'), samples.map(s => s.buffer), '--line');
  plot(element('ratePlot'), samples.map(s => s.rate), '--step');
}

function rateText(kbps) {
  return kbps < 1000 ? Math.round(kbps) + ' kbit/s' : (kbps / 1000).toPrecision(3) * 1 + ' Mbit/s';
}

/** 1, 2 or 5 times a power of ten, for three to seven lines. */
function niceStep(highest) {
  const power = 10 ** Math.floor(Math.log10(highest / 3));
  const times = highest / 3 / power;
  return power * (times > 7 ? 10 : times > 3.5 ? 5 : times > 1.5 ? 2 : 1);
}

function seconds(count) {
  return Math.round(count * EVERY_MS / 1000) + ' s';
}

function plot(canvas, values, colour) {
  const scale = window.devicePixelRatio || 1;
  const width = canvas.clientWidth * scale;
  const height = canvas.clientHeight * scale;
  canvas.width = width;
  canvas.height = height;
  const draw = canvas.getContext('2d');
  const step = niceStep(Math.max(1, ...values));
  const most = Math.ceil(Math.max(1, ...values) * 1.02 / step) * step;
  const shown = Math.max(LEAST_SHOWN, values.length);
  draw.font = 11 * scale + 'px system-ui';
  draw.fillStyle = draw.strokeStyle = 'gray';
  const bottom = height - 18 * scale;
  const top = 8 * scale;
  const left = GUTTER * scale;
  const at = value => bottom - (bottom - top) * value / most;
  for (let value = 0; value <= most * 1.001; value += step) {
    draw.globalAlpha = 0.3;
    draw.fillRect(left, at(value), width - left, scale);
    draw.globalAlpha = 1;
    draw.textAlign = 'right';
    draw.fillText(String(Math.round(value * 100) / 100), left - 6 * scale, at(value) + 4 * scale);
  }
  draw.fillText(seconds(dropped + shown), width, height - 3 * scale);
  draw.textAlign = 'left';
  draw.fillText(seconds(dropped), left, height - 3 * scale);
  canvas.style.color = `var(${colour})`;
  draw.strokeStyle = getComputedStyle(canvas).color;
  draw.lineWidth = 2 * scale;
  draw.beginPath();
  values.forEach((value, i) => {
    const x = left + (width - left) * i / (shown - 1);
    i ? draw.lineTo(x, at(value)) : draw.moveTo(x, at(value));
  });
  draw.stroke();
}

setInterval(sample, EVERY_MS);

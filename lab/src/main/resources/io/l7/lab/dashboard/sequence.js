const LIMIT = 400;

/** A running message sequence: time, protocol, who to whom, what; causes are indented above what they cause. */
export function createSequence(target, pause) {
  let held = [], paused = false;

  pause.addEventListener("click", () => {
    paused = !paused;
    pause.setAttribute("aria-pressed", paused);
    pause.textContent = paused ? "Go on" : "Pause";
    if (!paused) {
      held.forEach(draw);
      held = [];
    }
  });

  function draw(message) {
    const row = document.createElement("div");
    row.className = "message-row" + (message.from ? "" : " cause");
    const time = document.createElement("time");
    time.textContent = Number(message.at).toFixed(3);
    const tag = document.createElement("span");
    tag.className = `tag ${message.protocol}`;
    tag.textContent = message.protocol;
    const text = document.createElement("span");
    text.textContent = message.from ? `${message.from} → ${message.to}: ${message.text}` : message.text;
    row.append(time, tag, text);
    const atEnd = target.scrollTop + target.clientHeight >= target.scrollHeight - 30;
    target.append(row);
    while (target.childElementCount > LIMIT) target.firstElementChild.remove();
    if (atEnd) target.scrollTop = target.scrollHeight;
  }

  function add(message) {
    if (!paused) draw(message);
    else if (held.push(message) > LIMIT) held.shift();
  }

  return { add };
}

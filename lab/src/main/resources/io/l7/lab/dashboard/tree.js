/** The tree of reasons behind one answer, as `l7 dns explain --json` gives it. */
export function createTree(form, target) {
  const input = form.querySelector("input"), type = form.querySelector("select");

  form.addEventListener("submit", async event => {
    event.preventDefault();
    const answer = await fetch(`api/resolve/${encodeURIComponent(input.value)}/${type.value}`);
    target.replaceChildren(answer.ok ? draw(await answer.json()) : document.createTextNode(await answer.text()));
  });

  /** Any JSON as a nested list: an object's plain members on one line, its lists and objects below. */
  function draw(value) {
    const list = document.createElement("ul");
    for (const entry of Array.isArray(value) ? value : [value]) {
      const item = document.createElement("li");
      if (entry === null || typeof entry !== "object") {
        item.textContent = String(entry);
      } else {
        const plain = Object.entries(entry).filter(([, v]) => v === null || typeof v !== "object");
        plain.forEach(([key, v], i) => {
          if (i > 0) item.append("  ");
          const name = document.createElement("b");
          name.textContent = key + " ";
          item.append(name, String(v));
        });
        for (const [key, v] of Object.entries(entry)) {
          if (v === null || typeof v !== "object" || (Array.isArray(v) && v.length === 0)) continue;
          const name = document.createElement("b");
          name.textContent = key;
          item.append(document.createElement("br"), name, draw(v));
        }
      }
      list.append(item);
    }
    return list;
  }
}

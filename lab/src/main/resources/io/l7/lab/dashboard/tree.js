/** Which reasons stand out, and how. */
const CLASSES = { question: "asked", query: "wire", response: "wire", cache: "cache", answer: "answer", failure: "bad", limit: "bad" };

/** The tree of reasons behind one answer, as the resolver tells it: what, why, and after how long. */
export function createTree(form, target) {
  const input = form.querySelector("input"), type = form.querySelector("select");

  form.addEventListener("submit", async event => {
    event.preventDefault();
    let answer;
    try {
      answer = await fetch(`api/resolve?${new URLSearchParams({ name: input.value, type: type.value })}`);
    } catch {
      target.textContent = "The lab does not answer.";
      return;
    }
    if (!answer.ok) {
      target.textContent = await answer.text();
      return;
    }
    const list = document.createElement("ul");
    list.append(branch(await answer.json()));
    target.replaceChildren(list);
  });

  function branch({ ms, reason, text, then }) {
    const item = document.createElement("li"), time = document.createElement("time"), tag = document.createElement("b");
    time.textContent = `${ms} ms`;
    tag.textContent = reason;
    tag.className = CLASSES[reason] ?? "";
    item.append(time, tag, " " + text);
    if (then?.length) {
      const parts = document.createElement("ul");
      parts.append(...then.map(branch));
      item.append(parts);
    }
    return item;
  }
}

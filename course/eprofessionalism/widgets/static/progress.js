// How far the case has been played.

function drawProgress(now, block) {
  const marks = Array.from({ length: now.total }, (_, place) => make("span", { class: place < now.answered ? "is-done" : null }));
  let parts = block.parts;
  if (!parts) {
    parts = block.parts = { count: make("strong"), left: make("span", { class: "ep-small" }), bar: make("div", { class: "ep-progress__bar", "aria-hidden": "true" }), back: make("div"), next: make("div"), parts: make("div") };
    block.append(
      make("div", { class: "ep-progress" }, make("p", { class: "ep-progress__text", role: "status" }, parts.count, " ", parts.left), parts.bar, parts.back, parts.next, parts.parts),
    );
  }
  parts.count.textContent = now.count;
  parts.left.textContent = now.left;
  parts.bar.replaceChildren(...marks);
  parts.back.replaceChildren(...(now.back.text ? [message("good", "Welcome back", fill(now.back.text, { at: clock(now.back.at) }))] : []));
  parts.next.replaceChildren(...(now.next.text ? [goButton(now.next)] : []));
  parts.parts.replaceChildren(...partList(now.case, now.parts));
}

export default { render: panel(drawProgress) };

// The end of a page: what is open and the button that ends it; then how it went, and the way on.

const LOST = "The page has lost its connection. This is tried again every few seconds; keep this page open.";

/** What stays in the page while the words change, so that focus and announcements are not lost. */
function framed(block, model) {
  const parts = {
    title: make("h2", { tabindex: "-1" }),
    text: make("p"),
    recap: make("p", { class: "ep-recap" }),
    open: make("ul", { class: "ep-still" }),
    sure: make("p", { class: "ep-small" }),
    course: make("div"),
    next: make("span"),
    trouble: make("div", { role: "alert", class: "ep-trouble" }),
  };
  const tell = (title, text) => parts.trouble.replaceChildren(...(text ? [message("bad", title, text)] : []));
  const post = new Post(model, problem => tell("Not saved yet", problem ?? LOST));
  const end = async () => {
    const reply = await post.send({ kind: "done" });
    tell("Not saved", reply.problem);
    if (!reply.ok) return;
    arrive(block, parts.title);
  };
  parts.button = make("button", { type: "button", class: "ep-button", "data-lm-suppress-shortcuts": "true", onclick: end });
  const actions = make("div", { class: "ep-actions" }, parts.button, parts.next);
  block.append(make("div", { class: "ep-end" }, parts.title, parts.text, parts.recap, parts.open, parts.sure, actions, parts.course, parts.trouble));
  return parts;
}

function drawFinish(now, block, model) {
  const parts = (block.parts ??= framed(block, model));
  parts.title.textContent = now.title;
  parts.text.textContent = now.text;
  parts.button.textContent = now.button ?? "";
  parts.button.hidden = !now.button;
  parts.recap.textContent = now.recap?.text ?? "";
  parts.open.replaceChildren(...(now.recap?.again ?? now.open ?? []).map(one => make("li", {}, goButton(one))));
  parts.sure.textContent = now.recap?.sure ?? "";
  const href = now.next?.case ? address(now.case, now.next.case) : "";
  parts.next.replaceChildren(...(href ? [make("a", { class: "ep-button", href, "data-lm-suppress-shortcuts": "true" }, now.next.invitation, icon("right"))] : []));
  parts.course.replaceChildren(...partList(now.case, now.parts));
}

export default { render: panel(drawFinish) };

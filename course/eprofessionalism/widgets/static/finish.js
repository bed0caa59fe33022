// The end of a case: what is open, the button that ends it, and the way to the next case.

const LOST = "The page has lost its connection. This is tried again every few seconds; keep this page open.";

/** The page of another case has the same address but for its name. */
function address(from, to) {
  const tail = `/${from}/${from}.ipynb`;
  const path = decodeURIComponent(location.pathname);
  return path.endsWith(tail) ? encodeURI(`${path.slice(0, -tail.length)}/${to}/${to}.ipynb`) : "";
}

/** What stays in the page while the words change, so that focus and announcements are not lost. */
function framed(block, model) {
  const parts = {
    title: make("h2", { tabindex: "-1" }),
    text: make("p"),
    open: make("ul", { class: "ep-still" }),
    next: make("span"),
    status: make("p", { role: "status", "aria-live": "polite" }),
    trouble: make("div", { role: "alert", class: "ep-trouble" }),
  };
  const tell = (title, text) => parts.trouble.replaceChildren(...(text ? [message("bad", title, text)] : []));
  const post = new Post(model, problem => tell("Not saved yet", problem ?? LOST));
  const end = async () => {
    const reply = await post.send({ kind: "done" });
    tell("Not saved", reply.problem);
    if (!reply.ok) return;
    parts.status.textContent = reply.status;
    parts.title.focus();
  };
  parts.button = make("button", { type: "button", class: "ep-button", "data-lm-suppress-shortcuts": "true", onclick: end });
  const actions = make("div", { class: "ep-actions" }, parts.button, parts.next, parts.status);
  block.append(make("div", { class: "ep-end" }, parts.title, parts.text, parts.open, actions, parts.trouble));
  return parts;
}

function drawFinish(now, block, model) {
  const parts = (block.parts ??= framed(block, model));
  parts.title.textContent = now.title;
  parts.text.textContent = now.text;
  parts.button.textContent = now.button;
  parts.button.hidden = !now.button;
  parts.open.replaceChildren(...(now.done ? [] : now.open.map(one => make("li", {}, goButton(one)))));
  const href = now.done && now.next.case ? address(now.case, now.next.case) : "";
  parts.next.replaceChildren(...(href ? [make("a", { class: "ep-button", href, "data-lm-suppress-shortcuts": "true" }, now.next.text, icon("right"))] : []));
}

export default { render: panel(drawFinish) };

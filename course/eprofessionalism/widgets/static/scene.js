// A scene that follows from a decision: the passage, or the request to decide first.

function drawScene(now, block) {
  block.classList.add("ep-scene");
  block.replaceChildren(
    ...(now.text
      ? [make("p", { class: "ep-scene__when" }, now.when), make("h2", {}, now.title), make("div", { class: "ep-prose" }, ...prose(now.text))]
      : [make("div", { class: "ep-say" }, icon("open"), make("div", {}, make("strong", {}, now.ask), goButton({ item: now.item, text: now.link })))]),
  );
}

export default { render: panel(drawScene) };

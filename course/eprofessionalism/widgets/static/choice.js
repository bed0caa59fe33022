// Choose one (radio buttons), some or three (boxes), or decide how the story goes on.

function choice(item, tools) {
  const several = item.type === "mrq" || item.type === "choose";
  const name = unique("choice");
  const rows = item.options.map(({ id, text }) => {
    const input = make("input", { type: several ? "checkbox" : "radio", name, value: id, onchange: tools.changed });
    lockable(input, tools.locked);
    const label = make("label", {}, input, make("span", {}, text));
    return { id, input, box: make("div", { class: "ep-opt" }, label) };
  });
  const consequence = make("div", { tabindex: "-1" });
  const chosen = () => rows.filter(({ input }) => input.checked).map(({ id }) => id);

  function feedback({ input, box }, note) {
    box.querySelector(".ep-fb")?.remove();
    box.removeAttribute("data-verdict");
    input.removeAttribute("aria-describedby");
    if (!note) return;
    const id = unique("fb");
    box.dataset.verdict = note.verdict;
    input.setAttribute("aria-describedby", id);
    box.append(make("div", { class: "ep-fb", id }, verdict(note), make("p", {}, note.text), clause(note)));
  }

  function story(then) {
    consequence.className = then ? "ep-then" : "";
    consequence.replaceChildren(
      ...(then
        ? [
            then.when && make("h4", { class: "ep-scene__when" }, then.when),
            make("div", { class: "ep-prose" }, ...prose(then.story)),
            make("div", { class: "ep-then__why" }, verdict(then), make("p", {}, then.text), clause(then)),
          ]
        : []
      ).filter(Boolean),
    );
  }

  return {
    node: make("div", {}, make("div", { class: "ep-options" }, ...rows.map(({ box }) => box)), consequence),
    read: () => (several ? chosen() : (chosen()[0] ?? null)),
    write(answer) {
      const ids = several ? (answer ?? []) : [answer];
      for (const { id, input } of rows) input.checked = ids.includes(id);
    },
    lock(locked) {
      for (const { input } of rows) {
        if (locked) input.setAttribute("aria-disabled", "true");
        else input.removeAttribute("aria-disabled");
      }
    },
    reveal(shown) {
      for (const row of rows) feedback(row, shown.options?.[row.id]);
      story(shown.then);
    },
    count: () => chosen().length,
    first: () => rows[0].input,
    consequence: () => (consequence.className ? consequence : null),
  };
}

export default { render: itemView(choice) };

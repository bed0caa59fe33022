// Rate each response: one radio group a response, stacked or in a grid as the room allows.

function rating(item, tools) {
  const rows = item.options.map(({ id, text }) => {
    const name = unique("rate");
    const labelId = unique("response");
    const levels = item.levels.map((word, index) => {
      const input = make("input", { type: "radio", name, value: index + 1, onchange: tools.changed });
      lockable(input, tools.locked);
      return { input, level: index + 1, label: make("label", { class: "ep-level" }, input, make("span", {}, word)) };
    });
    const why = make("div", { class: "ep-rate__fb", id: unique("fb") });
    const node = make(
      "div",
      { class: "ep-rate__row", role: "radiogroup", "aria-labelledby": labelId },
      make("p", { id: labelId }, text),
      make("div", { class: "ep-rate__levels" }, ...levels.map(({ label }) => label)),
    );
    return { id, levels, why, node };
  });
  const level = row => row.levels.find(({ input }) => input.checked)?.level;
  const given = () => Object.fromEntries(rows.map(row => [row.id, level(row)]).filter(([, value]) => value));

  function feedback(row, note) {
    row.node.removeAttribute("aria-describedby");
    row.why.remove();
    for (const { label, level: here } of row.levels) {
      if (note && here === note.level) label.dataset.key = "";
      else delete label.dataset.key;
    }
    if (!note) return;
    row.why.replaceChildren(...[verdict(note), make("p", {}, note.text), clause(note)].filter(Boolean));
    row.node.setAttribute("aria-describedby", row.why.id);
    row.node.append(row.why);
  }

  const head = make("div", { class: "ep-rate__head", "aria-hidden": "true" }, make("span", {}, "Response"), make("div", {}, ...item.levels.map(word => make("span", {}, word))));
  return {
    node: make("div", { class: "ep-rate" }, head, ...rows.map(({ node }) => node)),
    read: given,
    write(answer) {
      for (const row of rows) for (const { input, level: here } of row.levels) input.checked = answer?.[row.id] === here;
    },
    lock(locked) {
      for (const row of rows) {
        if (locked) row.node.setAttribute("aria-disabled", "true");
        else row.node.removeAttribute("aria-disabled");
      }
    },
    reveal(shown) {
      for (const row of rows) feedback(row, shown.options?.[row.id]);
    },
    count: () => Object.keys(given()).length,
    first: () => rows[0].levels[0].input,
  };
}

export default { render: itemView(rating) };

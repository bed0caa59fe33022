// Put lines in order with two buttons each; the printed order is no answer until it is saved.

function ranking(item, tools) {
  const list = make("ol", { class: "ep-rank" });
  const lines = new Map(item.options.map(option => [option.id, line(option)]));
  list.append(...lines.values());

  function line({ id, text }) {
    const button = (step, word, shape) =>
      make("button", { type: "button", "aria-label": `${word}: ${text}`, "data-lm-suppress-shortcuts": "true", onclick: event => move(id, step, event.currentTarget) }, icon(shape));
    const moves = make("span", { class: "ep-rank__moves" }, button(-1, "Move up", "up"), button(1, "Move down", "down"));
    return make("li", { "data-id": id }, make("span", {}, text), moves);
  }

  const order = () => [...list.children].map(one => one.dataset.id);

  function ends() {
    const last = list.children.length - 1;
    [...list.children].forEach((one, place) => {
      const [up, down] = one.querySelectorAll("button");
      up.setAttribute("aria-disabled", String(place === 0));
      down.setAttribute("aria-disabled", String(place === last));
    });
  }

  function move(id, step, button) {
    if (tools.locked() || button.getAttribute("aria-disabled") === "true") return;
    const one = lines.get(id);
    if (step < 0) one.previousElementSibling.before(one);
    else one.nextElementSibling.after(one);
    for (const each of list.children) each.classList.toggle("is-moved", each === one);
    ends();
    button.focus();
    tools.changed();
    const place = order().indexOf(id) + 1;
    tools.say(fill(item.words.moved, { text: one.firstElementChild.textContent, n: place, of: lines.size }));
  }

  function feedback(one, note) {
    one.querySelector(".ep-rank__fb")?.remove();
    one.classList.remove("is-moved");
    if (note) one.append(make("div", { class: "ep-rank__fb" }, verdict(note), note.text && make("p", {}, note.text), clause(note)));
  }

  return {
    node: list,
    read: order,
    write(answer) {
      list.append(...(answer ?? item.options.map(({ id }) => id)).map(id => lines.get(id)));
      ends();
    },
    lock() {},
    reveal(shown) {
      for (const [id, one] of lines) feedback(one, shown.options?.[id]);
    },
    first: () => list.querySelector("button"),
  };
}

export default { render: itemView(ranking) };

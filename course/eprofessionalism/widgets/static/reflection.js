// A text in the learner's own words: kept as a draft on each pause and when one leaves it, handed in by the button.

const PAUSE = 1200; // ms without a key

function reflection(item, tools) {
  let timer = 0;
  let sent = null;
  let pending = false; // typed here and not yet heard of by Python: nothing may be written over it
  const count = make("span");
  const field = make("textarea", {
    class: "ep-write",
    id: unique("text"),
    "data-lm-suppress-shortcuts": "true",
    oninput: () => {
      pending = true;
      tally();
      tools.changed();
      clearTimeout(timer);
      timer = setTimeout(keep, PAUSE);
    },
    onblur: () => keep(),
  });

  function spoken() {
    const n = field.value.trim() ? field.value.trim().split(/\s+/).length : 0;
    return `${n} ${n === 1 ? "word" : "words"}`;
  }

  function tally() {
    count.textContent = spoken();
  }

  async function keep() {
    clearTimeout(timer);
    const text = field.value;
    if (!pending || text === sent) return;
    sent = text;
    const reply = await tools.post.send({ kind: "draft", answer: text }, "draft");
    tools.settled(reply);
    sent = null;
    if (!reply.ok || field.value !== text) return;
    pending = false;
    tools.kept();
    tools.draw();
  }

  return {
    node: make("div", {}, field, make("p", { class: "ep-write__foot" }, count)),
    field,
    read: () => field.value,
    write(answer) {
      if (pending && field.value !== answer) return;
      if (field.value !== (answer ?? "")) field.value = answer ?? "";
      pending = false;
      tally();
    },
    restored() {
      pending = true;
      keep();
    },
    pending: () => pending,
    lock() {},
    reveal() {},
    words: spoken,
    first: () => field,
  };
}

export default { render: itemView(reflection) };

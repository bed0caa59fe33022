// What all views of the course share. Python joins this file and a view's own into one script, so nothing is imported.
// Views draw traits and send messages; what is right, missing or saved is decided in Python.

const ICONS = {
  check: ["circle:12 12 9.5", "m7.5 12.3 3 3 6-6.3"],
  half: ["circle:12 12 9.5", "fill:M12 2.5a9.5 9.5 0 0 1 0 19z"],
  cross: ["M8 2.8h8L21.2 8v8L16 21.2H8L2.8 16V8z", "m9 9 6 6m0-6-6 6"],
  open: ["dashes:12 12 9.5"],
  pen: ["m4 20 1-4.5L16.5 4 20 7.5 8.5 19z"],
  up: ["M12 20V5m-6 6 6-6 6 6"],
  down: ["M12 4v15m-6-6 6 6 6-6"],
  right: ["M4 12h15m-6-6 6 6-6 6"],
  alert: ["M12 3 22 20.5H2z", "M12 10v4.5m0 3h.01"],
};
const VERDICT_ICON = { best: "check", part: "half", miss: "cross" };
const RETRY_AFTER = 4000; // ms without an answer, after which the learner is told and the message is sent again
const TRAITS = ["state", "answered", "answer", "certainty", "at", "status", "reveal"];
const SVG = "http://www.w3.org/2000/svg";

let serial = 0; // two views of one item may stand in one page, so every name is made anew
const unique = stem => `ep-${stem}-${Date.now().toString(36)}-${++serial}`;

/** An element. Text becomes text nodes, never markup; `null` and `false` children and properties are left out. */
function make(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.filter(child => child !== null && child !== undefined && child !== false && child !== ""));
  return node;
}

function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", "ep-icon");
  svg.setAttribute("aria-hidden", "true");
  for (const stroke of ICONS[name]) {
    const [kind, rest] = stroke.includes(":") ? stroke.split(":") : ["path", stroke];
    const round = kind === "circle" || kind === "dashes";
    const shape = document.createElementNS(SVG, round ? "circle" : "path");
    const [cx, cy, r] = rest.split(" ");
    const values = round ? { cx, cy, r } : { d: rest };
    if (kind === "dashes") values["stroke-dasharray"] = "4 3.4";
    if (kind === "fill") values.fill = "currentColor";
    for (const [key, value] of Object.entries(values)) shape.setAttribute(key, value);
    svg.append(shape);
  }
  return svg;
}

/** Blocks as `_prose.py` gives them. */
function prose(blocks) {
  const pieces = line => line.map(([style, text]) => (style ? make(style, {}, text) : text));
  return blocks.map(block => (block.ul ? make("ul", {}, ...block.ul.map(line => make("li", {}, ...pieces(line)))) : make("p", {}, ...pieces(block.p))));
}

/** Where a note stands written: a quiet line of its own, the better part of a long list folded away in it. */
const clause = ({ cites, more }) =>
  cites &&
  make(
    "div",
    { class: "ep-cites" },
    make("cite", { class: "ep-clause" }, cites),
    more &&
      make(
        "details",
        {},
        make("summary", { "data-lm-suppress-shortcuts": "true" }, more.word, make("span", { class: "ep-sr" }, " citations")),
        make("cite", { class: "ep-clause" }, more.cites),
      ),
  );

function message(kind, title, ...rest) {
  return make("div", { class: `ep-say ep-say--${kind}` }, icon(kind === "good" ? "check" : "alert"), make("p", {}, make("strong", {}, title), ...rest));
}

/** A time of the journal (UTC) as one says it where the reader is: "9:47 pm", "Tuesday, 9:47 pm", "March 3, 9:47 pm". */
function clock(at, now = new Date()) {
  const then = new Date(at);
  if (!at || Number.isNaN(then.getTime())) return "";
  const hour = then.toLocaleTimeString("en-US", { hour: "numeric", minute: "2-digit" }).toLowerCase();
  if (then.toDateString() === now.toDateString()) return hour;
  const recent = now - then < 6 * 24 * 3600 * 1000;
  return `${then.toLocaleDateString("en-US", recent ? { weekday: "long" } : { month: "long", day: "numeric" })}, ${hour}`;
}

const fill = (text, values) => text.replace(/\{(\w+)\}/g, (all, name) => values[name] ?? all);

/** The stylesheet comes with the JupyterLab extension. Where there is none, ask Python for it, once a page. */
function dress(model) {
  const dressed = getComputedStyle(document.documentElement).getPropertyValue("--ep-paper").trim();
  if (dressed || document.getElementById("ep-course-css")) return; // the extension's link has the same id
  const style = make("style", { id: "ep-course-css" });
  document.head.append(style);
  model.on("msg:custom", reply => {
    if (reply.style) style.textContent = reply.style;
  });
  model.send({ kind: "style" });
}

/** Sends messages, repeats each until it is answered, and says when answers stay away. */
class Post {
  constructor(model, onTrouble) {
    this.model = model;
    this.onTrouble = onTrouble;
    this.waiting = new Map();
    this.hear = reply => this.answered(reply);
    model.on("msg:custom", this.hear);
  }

  /** Resolves with Python's reply, however long it takes. A newer message of a `lane` takes the place of an older one. */
  send(body, lane = "") {
    if (lane) for (const [nonce, one] of this.waiting) if (one.lane === lane) this.drop(nonce);
    const nonce = unique("n");
    return new Promise(resolve => {
      this.waiting.set(nonce, { body: { ...body, nonce }, resolve, lane });
      this.post(nonce);
    });
  }

  post(nonce) {
    const one = this.waiting.get(nonce);
    if (!one) return;
    try {
      this.model.send(one.body);
    } catch {
      // a closed connection throws; the timer tries again
    }
    one.timer = setTimeout(() => {
      this.onTrouble(null, one.body.kind);
      this.post(nonce);
    }, RETRY_AFTER);
  }

  answered(reply) {
    const one = this.waiting.get(reply?.ack);
    if (!one) return;
    clearTimeout(one.timer);
    if (reply.retry) {
      this.onTrouble(reply.problem, one.body.kind);
      one.timer = setTimeout(() => this.post(reply.ack), RETRY_AFTER);
      return;
    }
    this.waiting.delete(reply.ack);
    one.resolve(reply);
  }

  drop(nonce) {
    clearTimeout(this.waiting.get(nonce)?.timer);
    this.waiting.delete(nonce);
  }

  close() {
    this.model.off("msg:custom", this.hear);
    for (const nonce of [...this.waiting.keys()]) this.drop(nonce);
  }
}

/** What is chosen and not saved yet outlives a reload of this tab. A browser that keeps nothing is no reason to fail. */
const unsaved = {
  read(key) {
    try {
      return JSON.parse(sessionStorage.getItem(`eprofessionalism:${key}`));
    } catch {
      return null;
    }
  },
  write(key, value) {
    try {
      if (value === null) sessionStorage.removeItem(`eprofessionalism:${key}`);
      else sessionStorage.setItem(`eprofessionalism:${key}`, JSON.stringify(value));
    } catch {
      // private windows may refuse
    }
  },
};

/** Align a part of the page with the top of the window, and bring the keyboard to what it begins with. */
function arrive(part, start) {
  if (start && !start.hasAttribute("tabindex")) start.setAttribute("tabindex", "-1");
  start?.focus({ preventScroll: true });
  part.scrollIntoView({ block: "start", behavior: "instant" }); // a slow one ends beside its goal when the page grows
}

/** Go to another item of the same page or, where none is named, to the block that follows. */
function goTo(from, item) {
  const page = from.closest(".jp-NotebookPanel") ?? document;
  const blocks = [...page.querySelectorAll(".ep-block")];
  const target = item ? blocks.find(block => block.dataset.item === item) : blocks[blocks.indexOf(from.closest(".ep-block")) + 1];
  if (target) arrive(target, target.querySelector(".ep-item__n, h2"));
}

const goButton = ({ item, text }, style = "ep-link") =>
  make("button", { type: "button", class: style, "data-goto": item, "data-lm-suppress-shortcuts": "true", onclick: event => goTo(event.currentTarget, item) }, text);

/** The page of another part has the same address but for its name. */
function address(from, to) {
  const tail = `/${from}/${from}.ipynb`;
  const path = decodeURIComponent(location.pathname);
  return path.endsWith(tail) ? encodeURI(`${path.slice(0, -tail.length)}/${to}/${to}.ipynb`) : "";
}

/** The parts of the course as links, each with its state. */
function partList(from, parts) {
  if (!parts?.length) return [];
  const name = part => {
    const href = part.here ? "" : address(from, part.case);
    return href ? make("a", { href, "data-lm-suppress-shortcuts": "true" }, part.title) : make("strong", { "aria-current": part.here ? "page" : null }, part.title);
  };
  const about = part => make("span", { class: "ep-parts__name" }, name(part), part.subject && make("span", { class: "ep-small" }, part.subject));
  const rows = parts.map(part => make("li", {}, icon(part.done ? "check" : "open"), about(part), make("span", { class: "ep-small" }, part.state)));
  return [make("p", { class: "ep-parts__head" }, "The parts of this course"), make("ul", { class: "ep-parts" }, ...rows)];
}

/** A mistake in a view is one plain sentence in its place; the details are for the console. */
const plainly = render => context => {
  try {
    dress(context.model);
    return render(context);
  } catch (error) {
    console.error(error);
    const sorry = message("bad", "This part cannot be shown", "Something went wrong on our side; answers that were saved are safe. Please load the page again.");
    sorry.dataset.once = "";
    context.el.replaceChildren(make("div", { class: "ep" }, make("div", { class: "ep-block" }, sorry)));
    return undefined;
  }
};

/** A view that draws one trait, `drawn`, into its block, anew at each change. */
const panel = draw => plainly(({ model, el }) => {
  const block = make("div", { class: "ep-block" });
  el.append(make("div", { class: "ep" }, block));
  const redraw = () => draw(model.get("drawn"), block, model);
  redraw();
  model.on("change:drawn", redraw);
  return () => model.off("change:drawn", redraw);
});

function verdict(note) {
  const mark = note.verdict && make("span", { class: `ep-is-${note.verdict}` }, icon(VERDICT_ICON[note.verdict]), note.word);
  const out = note.mine === "You left it out";
  return make("p", { class: "ep-verdict" }, mark, note.mine && make("span", { class: out ? "ep-mine ep-mine--out" : "ep-mine" }, note.mine));
}

/** Radio buttons and boxes that can still be read and reached when locked, and no longer changed. */
function lockable(input, isLocked) {
  input.setAttribute("data-lm-suppress-shortcuts", "true");
  input.addEventListener("click", event => isLocked() && event.preventDefault());
  input.addEventListener("keydown", event => {
    if (isLocked() && (event.key.startsWith("Arrow") || event.key === " ")) event.preventDefault();
  });
}

/**
 * The frame of every item: heading, question, certainty, save, look again, status, trouble.
 *
 * `build(item, tools)` gives the part that differs: {node, read, write, lock, reveal, count, first}. `tools` has `changed`,
 * to be called when the learner did something; `locked`, whether that is over; and `say`, for the status line.
 */
const itemView = build => plainly(({ model, el }) => new ItemView(model, el, build).close);

class ItemView {
  constructor(model, el, build) {
    this.model = model;
    this.item = model.get("item");
    this.words = this.item.words;
    this.state = "open";
    this.busyWith = "";
    this.post = new Post(model, (problem, kind) => this.trouble(problem, kind));
    this.part = build(this.item, {
      changed: () => this.changed(),
      locked: () => this.state === "saved",
      say: text => this.say(text),
      draw: () => this.drawNow(),
      kept: () => unsaved.write(this.item.key, null),
      post: this.post,
      settled: reply => this.settled(reply),
      model,
    });
    el.append(this.frame());
    this.draw = () => this.drawSoon();
    this.drawNow();
    this.restore();
    for (const trait of TRAITS) model.on(`change:${trait}`, this.draw);
    this.watch();
    this.close = () => {
      this.post.close();
      this.observer?.disconnect();
      for (const trait of TRAITS) model.off(`change:${trait}`, this.draw);
    };
  }

  // ---- What stands in the page ----

  frame() {
    const item = this.item;
    this.stemId = unique("stem");
    const hintId = unique("hint");
    this.chip = make("span", { class: "ep-state" });
    this.status = make("p", { role: "status", "aria-live": "polite" });
    this.alert = make("div", { role: "alert", class: "ep-trouble" });
    this.after = make("div");
    this.save = make("button", { class: "ep-button ep-save", type: "submit", "data-lm-suppress-shortcuts": "true" }, this.words.save);
    this.again = make("button", { class: "ep-button ep-button--quiet ep-again", type: "button", "data-lm-suppress-shortcuts": "true", onclick: () => this.reset() }, this.words.again);
    this.result = make("div", { class: "ep-result", tabindex: "-1" });
    const heading = make("h3", { class: "ep-item__n", tabindex: "-1" }, `Question ${item.number}`);
    const hint = item.hint && make("p", { class: "ep-hint", id: hintId }, item.hint);
    const question = this.part.field
      ? [make("label", { class: "ep-stem", id: this.stemId, for: this.part.field.id }, item.stem), hint, this.part.node]
      : [make("fieldset", { "aria-describedby": hint ? hintId : null }, make("legend", { class: "ep-stem", id: this.stemId }, item.stem), hint, this.part.node)];
    if (this.part.field && hint) this.part.field.setAttribute("aria-describedby", hintId);
    this.form = make(
      "form",
      { class: `ep-item ep-item--${item.type}${item.type === "branch" ? " ep-branch" : ""}`, novalidate: true, onsubmit: event => this.submit(event) },
      make("div", { class: "ep-item__top" }, make("div", { class: "ep-item__head" }, heading, make("span", {}, ` · ${item.kind}`)), this.chip),
      this.result,
      ...question,
      this.certainty(),
      this.after,
      make("div", { class: "ep-actions" }, this.save, this.again, this.status),
      this.alert,
    );
    return make("div", { class: "ep" }, make("section", { class: "ep-block", "aria-labelledby": this.stemId, "data-item": item.id }, this.form));
  }

  certainty() {
    if (!this.item.certainty.length) return null;
    const name = unique("sure");
    this.sure = this.item.certainty.map((word, index) => {
      const input = make("input", { type: "radio", name, value: index + 1, onchange: () => this.changed() });
      lockable(input, () => this.state === "saved");
      return [input, make("label", { class: "ep-level" }, input, make("span", {}, word))];
    });
    return make(
      "div",
      { class: "ep-certain" },
      make("fieldset", {}, make("legend", {}, this.words.sure), this.words.sureHint && make("p", { class: "ep-hint" }, this.words.sureHint), make("div", { class: "ep-certain__row" }, ...this.sure.map(([, label]) => label))),
    );
  }

  sureness() {
    const chosen = (this.sure ?? []).find(([input]) => input.checked);
    return chosen ? Number(chosen[0].value) : null;
  }

  setSureness(value) {
    for (const [input] of this.sure ?? []) {
      input.checked = Number(input.value) === value;
      this.lockLook(input);
    }
  }

  lockLook(input) {
    if (this.state === "saved") input.setAttribute("aria-disabled", "true");
    else input.removeAttribute("aria-disabled");
  }

  // ---- From Python to the page ----

  /** Several traits change together; draw once. */
  drawSoon() {
    if (!this.isDue) queueMicrotask(() => this.drawNow());
    this.isDue = true;
  }

  drawNow() {
    this.isDue = false;
    const state = this.model.get("state");
    if (this.busyWith && state === this.state) return; // a save is under way: keep what the learner chose
    const held = document.activeElement;
    this.state = state;
    this.part.write(this.model.get("answer"));
    this.part.lock(state === "saved");
    this.setSureness(this.model.get("certainty"));
    this.part.reveal(this.model.get("reveal"));
    this.judge(this.model.get("reveal").result);
    this.box(this.model.get("reveal").after);
    this.show(state);
    this.status.textContent = this.filled(this.model.get("status"));
    if (state === "saved") unsaved.write(this.item.key, null);
    this.keepFocus(held);
    if (this.part.pending?.()) this.changed();
  }

  judge(result) {
    this.result.hidden = !result;
    this.result.replaceChildren(...(result ? [verdict(result)] : []));
    if (result?.sure) this.result.firstChild.append(make("span", { class: "ep-result__sure" }, result.sure));
  }

  box(note) {
    const points = note?.points && make("ul", {}, ...note.points.map(point => make("li", {}, point)));
    const text = note?.text && make("p", {}, note.text);
    this.after.replaceChildren(...(note ? [make("div", { class: "ep-after" }, note.title && make("h4", {}, note.title), text, points, clause(note))] : []));
  }

  show(state, text) {
    const icons = { open: "open", chosen: "pen", draft: "pen", saved: "check", kept: "check" };
    const words = { open: this.model.get("answered") ? this.words.looking : this.words.open, chosen: this.words.chosen, draft: this.words.draft, saved: this.words.saved, kept: this.words.saved };
    this.form.dataset.state = state;
    this.chip.replaceChildren(icon(icons[state]), make("span", {}, this.filled(text ?? words[state])));
  }

  filled(text) {
    const of = this.item.options.length;
    return fill(text, { at: clock(this.model.get("at")), n: this.part.count?.(), of, words: this.part.words?.() });
  }

  // ---- What the learner does ----

  changed() {
    this.show("chosen");
    this.status.textContent = "";
    this.remember(false);
  }

  remember(saving) {
    unsaved.write(this.item.key, { answer: this.part.read(), certainty: this.sureness(), saving });
  }

  /** What was chosen before a reload or a restart, and not saved, is there again; a save under way goes on. */
  restore() {
    const left = unsaved.read(this.item.key);
    if (!left || this.state === "saved") return;
    this.part.write(left.answer);
    this.part.restored?.();
    this.setSureness(left.certainty);
    this.show("chosen");
    if (left.saving) this.commit();
  }

  submit(event) {
    event.preventDefault();
    this.commit();
  }

  async commit() {
    if (this.busyWith) return;
    this.busyWith = "commit";
    this.remember(true);
    this.say(this.words.saving);
    const reply = await this.post.send({ kind: "commit", answer: this.part.read(), certainty: this.sureness() });
    this.busyWith = "";
    this.settled(reply);
    if (!reply.ok) return this.remember(false);
    unsaved.write(this.item.key, null);
    this.drawNow();
    this.say(reply.status);
    this.arrive();
  }

  async reset() {
    if (this.busyWith) return;
    this.busyWith = "reset";
    const reply = await this.post.send({ kind: "reset" });
    this.busyWith = "";
    this.settled(reply);
    if (!reply.ok) return;
    this.drawNow();
    this.say(reply.status);
  }

  /** From what was saved to what it brought to light; but nobody is called back who has gone on meanwhile. */
  arrive() {
    const held = document.activeElement;
    if (this.state !== "saved" || (held && held !== document.body && !this.form.contains(held))) return;
    const consequence = this.part.consequence?.();
    arrive(consequence ?? this.form, consequence ?? this.result);
  }

  /** No focus is lost when the button that had it goes away. */
  keepFocus(held) {
    if (held === this.again && this.state !== "saved") this.part.first()?.focus();
  }

  settled(reply) {
    this.alert.replaceChildren();
    if (reply.missing) this.say(reply.missing);
    else if (reply.problem) this.alert.replaceChildren(message("bad", this.words.notSaved, reply.problem));
  }

  trouble(problem, kind) {
    if (kind === "shown") return;
    if (this.busyWith) this.status.textContent = "";
    const said = this.alert.textContent;
    const now = problem ? message("bad", this.words.notSaved, problem) : message("bad", this.words.waiting, this.words.connection);
    if (now.textContent !== said) this.alert.replaceChildren(now);
  }

  say(text) {
    this.status.textContent = this.filled(text);
  }

  /** Tell once that the item came into view. */
  watch() {
    this.observer = new IntersectionObserver(entries => {
      if (!entries.some(entry => entry.isIntersecting)) return;
      this.observer.disconnect();
      this.post.send({ kind: "shown" });
    });
    this.observer.observe(this.form);
  }
}

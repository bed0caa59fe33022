// The JupyterLab extension of the course, written by hand so that nobody needs Node to build or to read it.
//
// JupyterLab loads this file as a module-federation container: an object with `init` and `get` under window._JUPYTERLAB.
// What it does to a notebook whose metadata says {"eprofessionalism": {"run": true}}, and to no other:
//   - runs its code cells when it opens and after a restart, so that the page is alive;
//   - marks panel and cells with classes, by which course.css makes it a page to read;
//   - gives the browser's tab its title and our icon where it has the window to itself;
//   - keeps JupyterLab's shortcuts and editing gestures away from the reader;
//   - leaves no trace of running in the file, so that nobody is asked to save a page that was only read;
//   - in an author's preview (metadata {"eprofessionalism": {"preview": N}}), shows what `eprof check` finds, and renews the
//     page as soon as `preview.json` beside it speaks of another one.
(() => {
  "use strict";

  const NAME = "eprofessionalism-page";
  const KEY = "eprofessionalism";
  const STYLESHEET = new URL("course.css", document.currentScript.src).href;
  const GETTING_READY = ["Your page is getting ready", "This takes a few seconds. You can begin to read."];
  const NOT_READY = ["Your page could not get ready", "Answers that were saved are safe. Please load the page again; if that does not help, tell your course director."];
  const CANNOT_SHOW = ["This part cannot be shown", "Something went wrong on our side; answers that were saved are safe. Please load the page again."];
  const PREVIEW_ENDED = ["The preview has ended", "Close this page; eprof preview opens it again."];
  const GLANCE = 700; // ms between two looks at preview.json
  const SETTLING = [0, 150, 500, 1000]; // ms at which a renewed page is brought back to where it was read
  const RESTARTS = ["restarting", "autorestarting", "starting", "dead"];

  const DESK = "#jp-top-panel, #jp-title-panel-title, #jp-menu-panel, #jp-bottom-panel, #jp-header-panel, .jp-SideBar";

  // A speech balloon with a check in it, in the course's accent and paper
  const DRAWING = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#0e5a58"/>
    <path d="M6 8.5h20v13H15l-5 4.5v-4.5H6z" fill="#fbf8f2"/><path d="m11.5 15 3 3 6-6" fill="none" stroke="#0e5a58" stroke-width="2.6"/></svg>`;
  const ICON = { href: `data:image/svg+xml,${encodeURIComponent(DRAWING)}`, type: "image/svg+xml" };

  let shared; // JupyterLab's own modules by name and version

  async function shareOf(name) {
    const [one] = Object.values(shared[name]);
    return (await one.get())();
  }

  // ---- What the page says while it is not alive ------------------------------------------------------------------------

  function say(kind, [title, text]) {
    const heading = document.createElement("strong");
    heading.textContent = title;
    const words = document.createElement("p");
    words.append(heading, text);
    const box = document.createElement("div");
    box.className = `ep-say ep-say--plain ${kind}`;
    box.dataset.once = "";
    box.append(words);
    return box;
  }

  function blockOf(model) {
    return model.getMetadata(KEY)?.block ?? "";
  }

  // ---- One notebook of ours --------------------------------------------------------------------------------------------

  class Page {
    constructor(panel, runCell) {
      this.panel = panel;
      this.runCell = runCell;
      this.stale = false;
      this.running = false;
      this.source = this.sources();
    }

    /** Dress the panel, bring it to life, and do so again whenever its session has begun anew. */
    async start() {
      const { panel } = this;
      panel.addClass("ep-reader");
      this.notice = document.createElement("div");
      this.notice.className = "ep ep-notice";
      this.notice.setAttribute("role", "status");
      panel.node.addEventListener("dblclick", keepFromEditing, true);
      panel.context.model.contentChanged.connect(() => this.forget());
      panel.context.model.stateChanged.connect(() => this.forget());
      this.mark();
      this.clear();
      panel.sessionContext.statusChanged.connect((_, status) => this.follow(status));
      panel.sessionContext.kernelChanged.connect((_, change) => {
        if (change.oldValue && change.newValue) this.stale = true;
      });
      await this.run();
    }

    title() {
      return `${this.panel.context.model.getMetadata("title") ?? this.panel.title.label} · eprofessionalism`;
    }

    cells() {
      return this.panel.content.widgets.filter(cell => blockOf(cell.model));
    }

    mark() {
      for (const cell of this.cells()) {
        cell.addClass("ep-cell");
        cell.addClass(`ep-cell--${blockOf(cell.model)}`);
      }
      const first = this.cells().find(cell => cell.model.type === "code");
      first?.node.append(this.notice);
    }

    /** What an earlier sitting left in the file cannot be alive. */
    clear() {
      for (const cell of this.cells()) {
        if (cell.model.type === "code") cell.model.sharedModel.setOutputs([]);
      }
    }

    follow(status) {
      if (RESTARTS.includes(status)) this.stale = true;
      if (status === "idle" && this.stale && !this.running) this.run();
    }

    async run() {
      this.running = true;
      this.tell("is-waiting", GETTING_READY);
      try {
        await this.panel.sessionContext.ready;
        this.stale = false;
        await this.runCells();
        this.tell();
      } catch (error) {
        console.error(error);
        this.tell("ep-say--bad", NOT_READY);
      }
      this.running = false;
      if (this.stale && this.panel.sessionContext.session?.kernel?.status === "idle") await this.run();
    }

    async runCells() {
      if (!this.panel.sessionContext.session?.kernel) throw new Error(`${NAME}: no session to run in`);
      const code = this.cells().filter(cell => cell.model.type === "code");
      await Promise.all(code.map(cell => this.runCell(cell, this.panel.sessionContext).catch(error => console.error(error))));
      for (const cell of code) this.soften(cell);
      this.sayOnce();
    }

    /** What is wrong with every block is said by the first of them. */
    sayOnce() {
      const said = new Set();
      for (const box of this.panel.content.node.querySelectorAll(".ep-cell .ep-say--bad[data-once]")) {
        box.closest(".ep").hidden = said.has(box.textContent);
        said.add(box.textContent);
      }
    }

    /** An error of Python's, which the stylesheet hides, is one plain sentence here. */
    soften(cell) {
      cell.node.querySelector(".ep-softened")?.remove();
      const failed = cell.model.sharedModel.getOutputs().some(output => output.output_type === "error");
      if (!failed) return;
      const box = document.createElement("div");
      box.className = "ep ep-softened";
      box.append(say("ep-say--bad", CANNOT_SHOW));
      cell.node.append(box);
    }

    tell(kind, words) {
      this.notice.replaceChildren(...(words ? [say(kind, words)] : []));
    }

    /** Read the file again, which has changed on disk, and stay where the reader was. */
    async renew() {
      const stay = this.held();
      await this.panel.context.revert();
      this.source = this.sources();
      this.mark();
      await this.run();
      for (const time of SETTLING) setTimeout(stay, time);
    }

    /** Hold on to the first cell in sight, by its name; gives what brings it back to its place until somebody scrolls. */
    held() {
      const area = this.panel.content.outerNode ?? this.panel.content.node;
      const inside = area.querySelector(".jp-WindowedPanel-inner") ?? area;
      const top = cell => cell.node.getBoundingClientRect().top - area.getBoundingClientRect().top;
      const first = this.cells().find(cell => top(cell) + cell.node.offsetHeight > 0);
      const [id, before] = [first?.model.id, first && top(first)];
      let free = area.scrollTop === 0;
      for (const way of ["wheel", "pointerdown", "keydown"]) area.addEventListener(way, () => (free = true), { once: true });
      inside.style.minHeight = `${inside.scrollHeight}px`; // an empty page has nowhere to scroll to
      return () => {
        inside.style.minHeight = "";
        const cell = this.cells().find(one => one.model.id === id);
        if (cell && !free) area.scrollTop += top(cell) - before;
      };
    }

    sources() {
      return this.panel.context.model.sharedModel.cells.map(cell => cell.getSource()).join("\u0000");
    }

    /** Running a page changes nothing in it that is worth saving. What somebody wrote into it is. */
    forget() {
      const { model } = this.panel.context;
      if (model.dirty && this.sources() === this.source) model.dirty = false;
    }
  }

  // ---- An author's preview ---------------------------------------------------------------------------------------------

  function element(tag, className, ...children) {
    const made = document.createElement(tag);
    made.className = className;
    made.append(...children);
    return made;
  }

  /** One mistake, as `eprof check` says it. */
  function findingOf({ file, line, where, expected, found, remedy }) {
    const place = element("p", "ep-small", `${file}:${line}`);
    const rows = [["Expected", expected], ["Found", found], ["To do", remedy]];
    const pairs = rows.flatMap(([name, text]) => [element("dt", "", name), element("dd", "", text)]);
    return element("li", "", element("p", "ep-found__where", where), place, element("dl", "", ...pairs));
  }

  /** What stands beside a page while its author works on it. */
  class Preview {
    constructor(page, contents, renewed) {
      this.page = page;
      this.contents = contents;
      this.renewed = renewed;
      this.count = element("summary", "");
      this.body = element("div", "ep-found__body");
      this.box = element("details", "ep ep-found", this.count, this.body);
      this.spoken = element("p", "ep-sr");
      this.spoken.setAttribute("role", "status");
      this.box.open = true;
      page.panel.addClass("ep-previewed");
      page.panel.node.append(this.box, element("div", "ep ep-spoken", this.spoken));
    }

    static isOf(panel) {
      return Number.isInteger(panel.context.model.getMetadata(KEY)?.preview);
    }

    /** The number of the page that is shown. */
    get shown() {
      return this.page.panel.context.model.getMetadata(KEY).preview;
    }

    async follow() {
      while (!this.page.panel.isDisposed) {
        await this.look().catch(() => this.body.replaceChildren(say("ep-say--bad", PREVIEW_ENDED)));
        await new Promise(done => setTimeout(done, GLANCE));
      }
    }

    async look() {
      const path = this.page.panel.context.path.replace(/[^/]*$/, "preview.json");
      const { content } = await this.contents.get(path, { type: "file", format: "text", content: true });
      if (content === this.content) return;
      const news = JSON.parse(content);
      this.show(news);
      if (news.page !== this.shown) {
        await this.page.renew();
        this.renewed();
      }
      this.content = content;
    }

    show({ findings, built, page, looks }) {
      this.box.dataset.looks = looks;
      const count = { 0: "No findings", 1: "1 finding" }[findings.length] ?? `${findings.length} findings`;
      this.count.textContent = this.spoken.textContent = count;
      this.box.classList.toggle("is-clean", !findings.length);
      const late = element("p", "", "The page stays as it was until the case can be built again.");
      const list = element("ol", "", ...findings.map(findingOf));
      this.body.replaceChildren(...(built || !page ? [] : [late]), ...(findings.length ? [list] : []));
    }
  }

  /** A double click on our text marks a word, as on any page, and does not open the text for editing. */
  function keepFromEditing(event) {
    if (!event.target.closest("input, textarea")) event.stopPropagation();
  }

  /** What has the focus on a page of ours keeps its keys; JupyterLab asks the focused element itself. */
  function keepShortcutsAway(event) {
    const focused = event.target;
    if (focused instanceof Element && focused.closest(".ep, .ep-reader")) focused.setAttribute("data-lm-suppress-shortcuts", "true");
  }

  function dress() {
    if (document.getElementById("ep-course-css")) return;
    const link = document.createElement("link");
    link.id = "ep-course-css";
    link.rel = "stylesheet";
    link.href = STYLESHEET;
    document.head.append(link);
  }

  /** Every widget inside another, depth first. */
  function* within(widget) {
    for (const child of widget.children?.() ?? widget.layout ?? []) {
      yield child;
      if (!child.hasClass?.("jp-NotebookPanel")) yield* within(child);
    }
  }

  /** The browser's tab. While it is ours, JupyterLab may go on naming it; it gets its own name and icons back afterwards. */
  class Tab {
    constructor() {
      this.ours = "";
      this.theirs = document.title;
      this.icons = new Map();
      new MutationObserver(() => this.name()).observe(document.querySelector("title"), { childList: true });
    }

    /** Show a title of ours with our icon; without one, what JupyterLab shows. */
    show(ours) {
      if (ours === this.ours) return;
      this.name();
      this.ours = ours;
      document.title = ours || this.theirs;
      for (const link of document.querySelectorAll("link.favicon")) this.draw(link);
    }

    name() {
      if (document.title === this.ours) return;
      this.theirs = document.title;
      if (this.ours) document.title = this.ours;
    }

    draw(link) {
      if (!this.icons.has(link)) this.icons.set(link, { href: link.href, type: link.type });
      Object.assign(link, this.ours ? ICON : this.icons.get(link));
    }
  }

  /** In the mode that shows one document, a page of ours has the window to itself: no menus of an editor around it. */
  class Desk {
    constructor(app, pageOf) {
      this.shell = app.shell;
      this.pageOf = pageOf;
      this.tab = new Tab();
      this.hidden = new Set();
      for (const signal of ["currentChanged", "modeChanged", "layoutModified"]) this.shell[signal]?.connect(() => this.tidy());
      app.restored.then(() => this.tidy());
    }

    tidy() {
      const page = this.shell.mode === "single-document" && this.pageOf(this.shell.currentWidget);
      const alone = Boolean(page);
      document.body.classList.toggle("ep-alone", alone);
      this.tab.show(page ? page.title() : "");
      for (const widget of alone ? within(this.shell) : [...this.hidden]) this.put(widget, alone);
    }

    put(widget, alone) {
      if (alone && widget.isVisible && widget.node.matches(DESK)) {
        this.hidden.add(widget);
        widget.hide();
      } else if (!alone) {
        this.hidden.delete(widget);
        widget.show();
      }
    }
  }

  async function activate(app, tracker) {
    const { CodeCell } = await shareOf("@jupyterlab/cells");
    const going = { tags: ["raises-exception"] }; // one block that fails must not take the rest of the page along
    const runCell = (cell, session) => CodeCell.execute(cell, session, going);
    const pages = new Map();
    const desk = new Desk(app, widget => pages.get(widget));
    dress();
    document.addEventListener("focusin", keepShortcutsAway);
    const adopt = async panel => {
      await panel.context.ready;
      if (panel.isDisposed || panel.context.model.getMetadata(KEY)?.run !== true || pages.has(panel)) return;
      const page = new Page(panel, runCell);
      pages.set(panel, page);
      panel.disposed.connect(() => pages.delete(panel));
      desk.tidy();
      await page.start();
      if (Preview.isOf(panel)) await new Preview(page, app.serviceManager.contents, () => desk.tidy()).follow();
    };
    tracker.widgetAdded.connect((_, panel) => adopt(panel));
    tracker.forEach(adopt);
  }

  async function plugin() {
    const { INotebookTracker } = await shareOf("@jupyterlab/notebook");
    const page = { id: `${NAME}:plugin`, description: "Turns a notebook of the course into a page.", autoStart: true, requires: [INotebookTracker], activate };
    return () => page;
  }

  window._JUPYTERLAB = window._JUPYTERLAB || {};
  window._JUPYTERLAB[NAME] = {
    init(scope) {
      shared = scope;
    },
    async get(name) {
      if (name !== "./extension") throw new Error(`${NAME}: there is no module ${name}`);
      return plugin();
    },
  };
})();

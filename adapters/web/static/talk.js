// What does the conversation look like? A compact line each; the newest are drawn, older ones as one scrolls up.

import { at, avatar, button, dollars, element, sized, time } from "./dom.js";
import { controls } from "./controls.js";
import { OPEN } from "./state.js";
import { _ } from "./text.js";

const FIRST = 60;
const box = at("#lines");
const pill = at("#below");
const pending = new Map();
let shown = FIRST; // how many of the newest turns are drawn
let follows = true;
let canvas = null;
let on = null;
let looked = null;

const visible = () => [...canvas.turns.values()].filter((turn) => !turn.hidden).sort((one, other) => one.order - other.order);

// Draw the newest lines.
export function open(known, handlers) {
  canvas = known;
  on = handlers;
  const turns = visible();
  box.replaceChildren(...turns.slice(-shown).map(line), ...[...pending.values()].map(waitingLine));
  offer(turns.length);
  end();
}

// Where there are older lines, they come as one scrolls up to where they would begin.
function offer(all) {
  at(".earlier", box)?.remove();
  watcher.disconnect();
  if (all <= shown) return;
  box.prepend(element("div", { className: "earlier" }, button(_("Earlier"), { onclick: earlier })));
  watcher.observe(box.firstChild);
}

function earlier() {
  const turns = visible();
  const older = turns.slice(-shown - FIRST, -shown).map(line);
  const [height, top] = [box.scrollHeight, box.scrollTop];
  shown += FIRST;
  at(".earlier", box).after(...older);
  offer(turns.length);
  box.scrollTop = top + box.scrollHeight - height;
}

const watcher = new IntersectionObserver(([entry]) => entry.isIntersecting && earlier(), { root: box });

// Draw one turn's line anew; the keyboard's place in it stays.
export function update(turn) {
  settle(turn.id);
  const old = document.getElementById(`card-${turn.id}`);
  if (turn.gone || turn.hidden) return old?.remove();
  const made = line(turn);
  if (!old) {
    const later = [...box.querySelectorAll(".line")].find((one) => Number(one.dataset.order) > turn.order || one.classList.contains("pending"));
    if (later) later.before(made);
    else box.append(made);
  } else {
    const focused = old.contains(document.activeElement) ? document.activeElement.dataset.key : null;
    old.replaceWith(made);
    if (focused) [...made.querySelectorAll("[data-key]")].find((one) => one.dataset.key === focused)?.focus({ preventScroll: true });
  }
  if (follows) end();
  else if (!old) pill.hidden = false;
  return undefined;
}

// Mark the line whose picture is on the stage.
export function mark(id) {
  if (looked === id) return;
  looked = id;
  at(".line[aria-current]", box)?.removeAttribute("aria-current");
  document.getElementById(`card-${id}`)?.setAttribute("aria-current", "true");
}

export function end() {
  box.scrollTop = box.scrollHeight;
  pill.hidden = true;
}

function line(turn) {
  const make = { talk: spoken, control: done, wish: prompt }[turn.kind];
  const made = element("article", { className: `line ${turn.kind}`, id: `card-${turn.id}`, dataset: { state: turn.state, order: turn.order } }, ...make(turn));
  if (turn.id === looked) made.setAttribute("aria-current", "true");
  return made;
}

function prompt(turn) {
  const asks = turn.state === "posted" && !turn.card.images.length;
  const text = turn.state === "drawing" && turn.card.text === _("Drawing…") ? "" : turn.card.text;
  const reply = asks && turn.reply && !turn.card.buttons.some((one) => one.action === "tick") ? turn.reply : "";
  const picked = turn.card.buttons.some((one) => one.action === "tick") ? [button(_("See the directions"), { className: "link", onclick: () => on.look({ turn: turn.id }) })] : [];
  return [
    avatar(turn.person),
    element("div", { className: "said" },
      element("p", { className: "who" }, element("b", { dir: "auto" }, turn.person), time(turn.created)),
      element("p", { className: "wish", dir: "auto" }, turn.text),
      files(turn),
      about(turn),
      reply ? element("p", { className: "reply", dir: "auto" }, reply) : null,
      text ? element("p", { className: "text" }, text) : null,
      buttons(turn, picked)),
  ];
}

// What came of it: which picture, from which, for how much. It leads to the picture.
function about(turn) {
  const { title, images } = turn.card;
  const what = title || (images.length ? images.map((image) => image.number).join(", ") : "");
  const cost = turn.state === "posted" ? dollars(turn.cost) : "";
  const state = turn.state === "drawing" ? _("drawing…") : turn.state === "queued" ? _("waiting") : "";
  if (!what && !cost && !state) return null;
  const label = [what, state, cost && (turn.about && turn.cost ? _("about {amount}", { amount: cost }) : cost)].filter(Boolean).join(" · ");
  const made = images.length || turn.state === "drawing"
    ? button("", { className: "about", title: turn.card.detail, onclick: () => on.look(images.length === 1 && turn.versions.length ? { version: images[0].number } : { turn: turn.id }) })
    : element("p", { className: "about", title: turn.card.detail });
  made.append(element("span", { className: "title" }, what), element("span", { className: "rest" }, label.slice(what.length)));
  return made;
}

function buttons(turn, more = []) {
  const found = controls.rest(turn).map((one) => controls.button(one, turn, on));
  return found.length || more.length ? element("div", { className: "buttons" }, ...more, ...found) : null;
}

function spoken(turn) {
  return [avatar(turn.person), element("div", { className: "said" },
    element("p", { className: "text", dir: "auto" }, element("b", {}, turn.person), " ", turn.text), files(turn))];
}

function done(turn) {
  const said = turn.card.text && turn.card.text !== turn.text ? turn.card.text : "";
  const look = turn.card.images.length ? [button(_("See it"), { className: "link", onclick: () => on.look({ turn: turn.id }) })] : [];
  const open = OPEN.has(turn.state) && turn.card.buttons.length === 0;
  const words = said && /^[a-z_]+$/.test(turn.text) ? "" : turn.text; // of what was pressed, what came of it says it all
  const who = !words && said.includes(turn.person) ? null : element("b", {}, turn.person);
  return [element("div", { className: "said" },
    element("p", { className: "text", dir: "auto" }, who, words && ` ${words}`, open ? " …" : "", said ? element("span", { className: "came" }, ` ${said}`) : null),
    buttons(turn, look))];
}

function files(turn) {
  if (!turn.files.length) return null;
  return element("ul", { className: "files" }, ...turn.files.map((file) => element("li", {}, element("img", { src: sized(file, 160), alt: file.name, loading: "lazy" }))));
}

// What was just sent, before Easel has said that it has it.
export function expect(event, person, text) {
  pending.set(event, { person, text, turn: null });
  box.append(waitingLine(pending.get(event)));
  follows = true;
  end();
}

function waitingLine(one) {
  one.line = element("article", { className: "line wish pending" }, avatar(one.person),
    element("div", { className: "said" }, element("p", { className: "who" }, element("b", { dir: "auto" }, one.person), element("small", {}, _("sending…"))), element("p", { dir: "auto" }, one.text)));
  return one.line;
}

// It was taken as this turn (null: it made none), or not at all.
export function taken(event, turn) {
  const one = pending.get(event);
  if (!one) return;
  one.turn = turn;
  if (!turn || canvas?.turns.has(turn)) forget(event);
}

export function forget(event) {
  pending.get(event)?.line.remove();
  pending.delete(event);
}

function settle(turn) {
  for (const [event, one] of pending) if (one.turn === turn) forget(event);
}

pill.addEventListener("click", () => { follows = true; end(); });
box.addEventListener("scroll", () => {
  follows = box.scrollHeight - box.scrollTop - box.clientHeight < 60;
  if (follows) pill.hidden = true;
}, { passive: true });
new ResizeObserver(() => { if (follows) end(); }).observe(box);

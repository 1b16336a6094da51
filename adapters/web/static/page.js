// What is on the page of a canvas, and what does a click do? State lives in Easel; this shows it.

import * as easel from "./api.js";
import { attach, watch } from "./attach.js";
import { compare, comparing, stop as stopComparing } from "./compare.js";
import * as composer from "./composer.js";
import { at, element, toast } from "./dom.js";
import { ask } from "./form.js";
import * as kit from "./kit.js";
import { shortcuts } from "./keys.js";
import { WORDS, mark, marking, stop as stopMarking } from "./mark.js";
import { stage, zoomBy } from "./stage.js";
import { Canvas } from "./state.js";
import { followThread } from "./stream.js";
import * as talk from "./talk.js";
import { toolbar } from "./toolbar.js";
import { beside, tree } from "./tree.js";
import { _ } from "./text.js";
import { PAGE, named as platformNamed } from "./where.js";

const id = location.pathname.split("/").at(-1);
const canvas = new Canvas();
let shown = {};
let live = true; // does this page show what happens, or what somebody chose to look at?
let waiting = 0;

const handlers = { press, look, use, live: goLive, compare: (number) => { stopMarking(); compare(canvas, number, restage); }, mark: begin };

// Draw once for many changes.
function refresh() {
  waiting ||= requestAnimationFrame(() => { waiting = 0; draw(); });
}

function draw() {
  if (live) shown = canvas.live();
  if (shown.version && !canvas.versions.has(shown.version)) return goLive();
  if (shown.turn && !canvas.turns.has(shown.turn)) return goLive();
  const looked = shown.version ?? canvas.turns.get(shown.turn)?.source ?? canvas.head;
  if (!comparing() && !marking()) stage(canvas, shown, handlers);
  const number = shown.version ?? (canvas.turns.get(shown.turn)?.card.images.length ? null : looked);
  toolbar(canvas, number ? { version: number } : {}, handlers);
  tree(canvas, shown.version ?? looked, handlers);
  talk.mark(shown.turn ?? canvas.cardOf(shown.version)?.id);
  const edits = shown.version && shown.version !== canvas.head ? shown.version : null;
  composer.aim(edits, canvas.head, canvas.mode);
  composer.suggest(canvas.head && canvas.mode !== "talking" ? [...canvas.turns.values()].map((turn) => turn.text) : []);
  document.body.classList.toggle("talking", canvas.mode === "talking");
  return undefined;
}

// After a comparison, or marks: the stage as it is now.
function restage() {
  draw();
}

// Looking is local: nothing moves for anybody else.
function look(at_) {
  stopComparing();
  stopMarking();
  shown = at_;
  live = at_.version !== undefined && at_.version === canvas.head;
  history.replaceState(null, "", live || !at_.version ? location.pathname : `#${at_.version}`);
  document.body.classList.remove("sheet", "tree");
  draw();
  if (live && shown.version !== at_.version) { // the picture that one asked for, though others are to choose from
    live = false;
    shown = at_;
    draw();
  }
}

function goLive() {
  live = true;
  history.replaceState(null, "", location.pathname);
  draw();
}

// One of several is taken: it is on the stage, alone.
async function use(button, turn, pressed) {
  if (await press({ action: button.action, turn: turn.id, version: button.version, ...(button.value ? { fields: { value: button.value } } : {}) }, pressed)) look({ version: button.version });
}

// the thread

function take(turn) {
  const before = canvas.turns.get(turn.id);
  canvas.take(turn);
  talk.update(turn);
  if (before && before.state !== turn.state) announce(turn);
  if (turn.gone && !canvas.turns.size) easel.thread(id).catch((error) => error.status === 404 && gone());
  if (turn.title !== canvas.title) named(turn.title);
  seen();
  refresh();
}

function announce(turn) {
  if (["posted", "refused", "failed", "interrupted", "held"].includes(turn.state)) {
    at("#news").textContent = [turn.person, turn.text, turn.card.title, turn.card.text].filter(Boolean).join(". ");
  }
}

// It is noted on the server that this person sees it now, so that it is not unread anywhere; once for many changes.
let noting = 0;

function seen() {
  if (!document.hidden) noting ||= setTimeout(note, 1000);
}

function note() {
  clearTimeout(noting);
  noting = 0;
  easel.bookmark(id, { seen: true, person: composer.person() }, { keepalive: true }).catch(() => {});
}

function gone() {
  composer.notice(_("This canvas was deleted. Start a new one."));
}

function named(title) {
  canvas.title = title;
  at("#title").textContent = title;
  document.title = `${title} – Easel`;
}

async function open() {
  const found = await easel.thread(id);
  canvas.open(found);
  named(found.title);
  if (found.platform !== PAGE) showWhere(found);
  const wanted = location.hash.slice(1);
  if (canvas.versions.has(wanted) && wanted !== canvas.head) {
    shown = { version: wanted };
    live = false;
  }
  draw();
  talk.open(canvas, handlers);
  seen();
  followThread(id, found.revision, {
    card: take,
    preview({ turn, url }) {
      canvas.previews.set(turn, url);
      refresh();
    },
    state: (on) => composer.notice(on ? "" : _("Connection lost. Reconnecting…")),
    gone,
  });
  prices();
}

// An operator looks at a chat's canvas: it is drawn and edited there.
function showWhere(found) {
  canvas.elsewhere = true;
  document.body.classList.add("elsewhere");
  at("#composer").before(element("p", { className: "hint", id: "elsewhere" }, _("This canvas is in {platform} and is edited there. You see it because you're an operator.", { platform: platformNamed(found.platform) })));
}

function prices() {
  easel.form(id).then(composer.offer).catch(() => {});
}

// what people do

function took(answer) {
  if (answer.code) return offerCopy(answer);
  composer.notice(answer.says ?? "", true);
  if (answer.url) element("a", { href: answer.url, download: "" }).click();
}

// How a copy goes on elsewhere: a command to say there, or at a press here.
async function offerCopy({ code }) {
  const at = easel.address(`/continue/${code}`);
  const text = { kind: "text", choices: [], optional: true };
  const command = { ...text, name: "command", label: _("Within 24 hours, say this in a channel of Slack or Discord"), value: `/imagine continue ${code}` };
  const link = { ...text, name: "link", label: _("Or open this on the page"), value: location.origin + at };
  if (await ask({ title: _("Open in…"), submit: _("Copy it here"), prices: {}, price: null, fields: [command, link] })) location.assign(at);
}

// What makes something new is shown to whoever asked for it.
const MAKES = new Set(["vary", "finalize", "together", "fork", "go", "compare", "accept", "answer", "draw", "undo", "redo", "goto", "retry", "edit_prompt", "vote", "start", "page"]);

async function press(action, button = null) {
  if (canvas.elsewhere || button?.getAttribute("aria-disabled")) return false;
  button?.setAttribute("aria-disabled", "true");
  try {
    const event = easel.newEvent();
    let answer = await easel.act(id, { ...action, event, person: composer.person() });
    if (answer.form?.action === "kit") {
      await kit.change(answer.form, composer.person());
      return true;
    }
    if (answer.form) {
      const fields = await ask(answer.form);
      if (!fields) return false;
      answer = await easel.act(id, { ...action, fields, event, person: composer.person() });
      if (action.action === "delete" && fields.what === "canvas") location.assign(easel.address("/"));
      if (action.action === "settings") prices();
    }
    took(answer);
    if (action.action === "open") location.assign(easel.address(`/t/${answer.thread}`));
    if (MAKES.has(action.action)) { live = true; refresh(); }
    return true;
  } catch (error) {
    composer.notice(error.message);
    return false;
  } finally {
    button?.removeAttribute("aria-disabled");
  }
}

// Typed, it is asked about as when its button is pressed.
const DELETES = /^delete (?:this(?: (?:one|image|picture|version|variant|option))?|(v\d{1,6}[ab]?))[.!]?$/i;

async function send(kept) {
  const { message } = kept;
  const deletes = DELETES.exec(message.text);
  if (deletes) {
    await press({ action: "delete", version: deletes[1]?.toLowerCase() ?? kept.source ?? canvas.head });
    return;
  }
  talk.expect(message.event, message.person, message.text);
  document.body.classList.remove("sheet", "tree");
  try {
    const answer = await easel.say(id, message, kept.files);
    talk.taken(message.event, answer.turn);
    took(answer);
    live = true;
    refresh();
    if (message.text.startsWith("//")) composer.notice(_("Messages that start with // are ignored."), true);
  } catch (error) {
    talk.forget(message.event);
    throw error;
  }
}

function begin(image) {
  if (canvas.elsewhere) return;
  stopComparing();
  mark(image, (file) => {
    restage();
    if (!file) return;
    attach([file]);
    composer.annotate(WORDS);
    at("#text").focus();
  });
}

function move(steps) {
  const number = beside(steps);
  if (number) look({ version: number });
}

async function rename() {
  const fields = await ask({ title: _("Rename this canvas"), submit: _("Rename"), prices: {}, price: null, fields: [{ name: "title", label: _("Name"), kind: "text", value: canvas.title, choices: [] }] });
  if (!fields) return;
  await easel.rename(id, fields.title).then((answer) => named(answer.title)).catch((error) => composer.notice(error.message));
}

async function share() {
  const link = `${location.origin}${location.pathname}${shown.version && !live ? `#${shown.version}` : ""}`;
  await navigator.clipboard?.writeText(link).then(() => toast(_("Link copied.")), () => toast(link, { bad: true })) ?? toast(link, { bad: true });
}

function unfold(name, button) {
  const open = document.body.classList.toggle(name);
  button.setAttribute("aria-expanded", String(open));
}

const current = () => canvas.versions.get(shown.version ?? canvas.head);
watch(() => {}, (number) => canvas.versions.get(number));
composer.compose(id, { send, edited: goLive });
shortcuts([
  ["ArrowLeft k", _("Previous version"), () => move(-1)],
  ["ArrowRight j", _("Next version"), () => move(1)],
  ["Escape", _("Back to the current version"), () => (document.body.classList.contains("sheet") ? unfold("sheet", at("#sheet")) : goLive())],
  ["e", _("Edit from here"), () => shown.version && shown.version !== canvas.head && press({ action: "goto", version: shown.version })],
  ["u", _("Undo"), () => press({ action: "undo" })],
  ["r", _("Redo"), () => press({ action: "redo" })],
  ["v", _("Vary"), () => current() && press({ action: "vary", version: current().number, turn: canvas.turnOf(current().number)?.id })],
  ["c", _("Compare"), () => canvas.versions.size > 1 && handlers.compare(current().number)],
  ["m", _("Mark"), () => current() && begin(current())],
  ["+ =", _("Larger"), () => zoomBy(1)],
  ["-", _("Smaller"), () => zoomBy(-1)],
  ["0", _("Fit"), () => zoomBy(0)],
]);
at("#view").addEventListener("swipe", (event) => move(event.detail));
at("#rename").addEventListener("click", rename);
at("#share").addEventListener("click", share);
at("#sheet").addEventListener("click", () => { unfold("sheet", at("#sheet")); talk.end(); });
at("#composer [data-action=settings]").addEventListener("click", () => { at("#options").open = false; press({ action: "settings" }); });
document.addEventListener("visibilitychange", () => (document.hidden ? noting && note() : seen()));
addEventListener("pagehide", () => noting && note());
addEventListener("hashchange", () => canvas.versions.has(location.hash.slice(1)) && look({ version: location.hash.slice(1) }));
// A page that comes back from the browser's memory is as it was left: look again.
addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
open().catch((error) => composer.notice(error.message));

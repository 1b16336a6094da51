// What is on the page now, and what does a click do? State lives in Easel; this shows it.

import * as easel from "./api.js";
import * as cards from "./cards.js";
import { ask } from "./form.js";
import { follow } from "./stream.js";

const at = (selector) => document.querySelector(selector);
const id = location.pathname.startsWith("/t/") ? location.pathname.slice(3) : null;
const turns = new Map();
const images = new Map();
const previews = new Map();
let head = null;
let source = null;
let files = [];
let follows = true;
let event = easel.newEvent();
// the answer that begins this page's thread, and how many messages are on their way
let beginning = null;
let sending = 0;

const IDEAS = ["a lighthouse at dusk", "three houses on a hill, a red balloon above", "a cat on a boat at night", "brainstorm: a mascot for our team"];

function notice(text, well = false) {
  at("#notice").textContent = text;
  at("#notice").className = well ? "well" : "";
}

function person() {
  return at("#name").value.trim() || "Somebody";
}

// the thread

function take(turn) {
  if (turn.gone) return forget(turn);
  turns.set(turn.id, turn);
  for (const image of turn.card.images) if (turn.versions.includes(image.number)) images.set(image.number, image);
  if (turn.head !== undefined && turn.head !== head) {
    head = turn.head;
    showVersions();
    showThumbnail();
  } else if (turn.versions.length) {
    showVersions();
  }
  if (turn.mode !== undefined) showMode(turn.mode);
  if (turn.state !== "drawing") previews.delete(turn.id);
  show(turn);
}

// A deleted turn leaves the page with its images; the head may be another now.
function forget(turn) {
  turns.delete(turn.id);
  previews.delete(turn.id);
  document.getElementById(`card-${turn.id}`)?.remove();
  for (const [number, image] of images) if (image.turn === turn.id) images.delete(number);
  head = turn.head;
  showVersions();
  showThumbnail();
  if (!turns.size) easel.thread(id).catch((error) => error.status === 404 && gone());
}

function gone() {
  notice("This canvas was deleted. Begin a new one.");
}

function showMode(mode) {
  const talking = mode === "talking";
  document.body.classList.toggle("talking", talking);
  at("#pause").textContent = talking ? "Go: draw it" : "Pause to talk";
  at("#pause").dataset.action = talking ? "go" : "pause";
  at("#text").placeholder = talking ? "Talk freely…" : head ? `Say what to change in ${head}…` : "Say what to draw…";
}

function show(turn) {
  if (turn.hidden) return;
  const made = cards.card(turn, previews.get(turn.id), { press, zoom, edit });
  const old = document.getElementById(made.id);
  if (old) renew(old, made);
  else at("#cards").append(made);
  markHead();
  if (old && old.dataset.state !== turn.state) announce(turn);
  if (follows) toEnd();
}

// A card drawn anew keeps its loaded pictures, what is unfolded, and the keyboard's place.
function renew(old, made) {
  for (const image of made.querySelectorAll(".large img")) {
    const same = [...old.querySelectorAll(".large img")].find((one) => one.src === image.src);
    if (same) image.replaceWith(same);
  }
  const folded = made.querySelector("details");
  if (folded && old.querySelector("details[open]")) folded.open = true;
  const focused = old.contains(document.activeElement) ? document.activeElement.dataset.key : null;
  old.replaceWith(made);
  if (focused) [...made.querySelectorAll("[data-key]")].find((one) => one.dataset.key === focused)?.focus({ preventScroll: true });
}

// What a plain message edits is marked wherever it is shown.
function markHead() {
  for (const figure of document.querySelectorAll("#cards figure")) figure.classList.toggle("head", figure.dataset.version === head);
}

// Says in few words, to those who do not see it, what became of a wish.
function announce(turn) {
  if (["posted", "refused", "failed", "interrupted", "held"].includes(turn.state)) {
    at("#news").textContent = [turn.person, turn.text, turn.card.title, turn.card.text].filter(Boolean).join(". ");
  }
}

// Somebody who reads further up is left there; who is at the end stays at the end.
function toEnd() {
  at("main").scrollTop = at("main").scrollHeight;
}

function showVersions() {
  at("#versions").replaceChildren(...[...images.values()].map((image) => cards.version(image, head, (number) => press({ action: "goto", version: number }))));
  at("#versions [aria-current]")?.scrollIntoView({ block: "nearest", inline: "nearest" });
  markHead();
  if (!document.body.classList.contains("talking") && head) at("#text").placeholder = `Say what to change in ${head}…`;
}

// The list shows the newest head; its own thread's picture follows what happens here.
function showThumbnail() {
  const shown = at("#threads [aria-current] > :first-child");
  const image = images.get(head);
  if (shown && image) shown.replaceWith(cards.element("img", { src: image.url, alt: "" }));
}

async function open() {
  const found = await easel.thread(id);
  at("#welcome").hidden = true;
  at("#thread").hidden = false;
  at("#title").textContent = found.title;
  document.title = `${found.title} – Easel`;
  head = found.head;
  showMode(found.mode);
  for (const image of found.versions) images.set(image.number, image);
  const all = [...found.turns, ...found.controls];
  for (const turn of all.sort((one, other) => one.order - other.order)) take(turn);
  showVersions();
  toEnd();
  follow(id, found.revision, {
    card: take,
    preview({ turn, url }) {
      previews.set(turn, url);
      if (turns.has(turn)) show(turns.get(turn));
    },
    state: (on) => notice(on ? "" : "The connection is gone; trying again…"),
    gone,
  });
}

// what people do

function took(answer) {
  notice(answer.says ?? "", true);
  if (answer.url) cards.element("a", { href: answer.url, download: "" }).click();
}

// Typed, it is asked about as when its button is pressed.
const DELETES = /^delete (?:this(?: (?:one|image|picture|version|variant|option))?|(v\d{1,6}[ab]?))[.!]?$/i;

// What makes a new card at the end is followed there by whoever asked for it.
const MAKES = new Set(["vary", "finalize", "together", "fork", "go", "compare", "accept", "answer"]);

async function press(action, button = null) {
  if (button?.getAttribute("aria-disabled")) return;
  button?.setAttribute("aria-disabled", "true");
  if (MAKES.has(action.action)) follows = true;
  try {
    const name = easel.newEvent();
    let answer = await easel.act(id, { ...action, event: name, person: person() });
    if (answer.form) {
      const fields = await ask(answer.form);
      if (fields) answer = await easel.act(id, { ...action, fields, event: name, person: person() });
      if (action.action === "delete" && fields?.what === "canvas") location.assign("/");
    }
    took(answer);
  } catch (error) {
    notice(error.message);
  } finally {
    button?.removeAttribute("aria-disabled");
  }
}

function edit(version) {
  source = version;
  at("#editing").hidden = !version;
  at("#editing b").textContent = version ?? "";
  at("#text").focus();
}

function zoom(image) {
  at("#large img").src = image.url;
  at("#large img").alt = image.alt;
  at("#large").showModal();
}

// The box is free for the next words at once; words that were not taken come back, under their event,
// so that sending them again draws nothing twice.
async function send(submitted) {
  submitted.preventDefault();
  const text = at("#text").value.trim();
  if (!text) return;
  const deletes = id && DELETES.exec(text);
  if (deletes) {
    at("#text").value = "";
    grow();
    return press({ action: "delete", version: deletes[1]?.toLowerCase() ?? source });
  }
  const message = { text, person: person(), event };
  for (const name of ["size", "quality", "n"]) if (at(`#${name}`).value) message[name] = at(`#${name}`).value;
  if (source) message.source = source;
  const kept = { text: at("#text").value, files, source, event, message };
  write({ text: "", files: [], source: null, event: easel.newEvent() });
  await attempt(kept);
}

async function attempt(kept) {
  const { message } = kept;
  follows = true;
  sending += 1;
  try {
    const answer = await deliver(message, kept.files);
    took(answer);
    for (const name of ["size", "quality", "n"]) at(`#${name}`).value = ""; // for one message; “From now on…” is for all
    if (message.text.startsWith("//")) notice("Left alone, since it begins with //. Nothing is drawn.", true);
  } catch (error) {
    if (at("#text").value) keep(kept);
    else write(kept);
    return notice(error.message);
  } finally {
    sending -= 1;
  }
  if (!id && !sending && beginning) location.assign(`/t/${(await beginning).thread}`);
}

// What was not taken while somebody typed on waits above the box, and is sent again under its event.
function keep(kept) {
  const again = cards.element("button", { type: "button" }, "Send again");
  const away = cards.element("button", { type: "button", className: "quiet" }, "Leave it");
  const line = cards.element("li", {}, "Not sent: ", cards.element("q", {}, kept.message.text), " ", again, " ", away);
  again.addEventListener("click", () => { line.remove(); attempt(kept); });
  away.addEventListener("click", () => line.remove());
  at("#unsent").append(line);
}

// The first message begins the thread; what is typed before the page is there goes into the same one.
async function deliver(message, pictures) {
  if (id) return easel.say(id, message, pictures);
  if (beginning) return easel.say((await beginning).thread, message, pictures);
  beginning = easel.begin(message, pictures);
  return beginning.catch((error) => {
    beginning = null;
    throw error;
  });
}

function write(kept) {
  at("#text").value = kept.text;
  files = kept.files;
  event = kept.event;
  edit(kept.source);
  showFiles();
  grow();
}

// pictures to send along: chosen, dropped or pasted

function attach(found) {
  const pictures = [...found].filter((file) => file.type.startsWith("image/") || /\.(heic|heif|avif)$/i.test(file.name));
  const most = Number(at("#attach").dataset.most);
  const left = [...files, ...pictures].slice(most).map((file) => file.name);
  if (left.length) notice(`A message takes up to ${most} pictures: ${left.join(", ")} ${left.length > 1 ? "are" : "is"} left out.`);
  files = [...files, ...pictures].slice(0, most);
  showFiles();
}

function showFiles() {
  at("#files").hidden = !files.length;
  at("#files").replaceChildren(...files.map((file) => {
    const image = cards.element("img", { src: URL.createObjectURL(file), alt: file.name });
    image.addEventListener("load", () => URL.revokeObjectURL(image.src), { once: true });
    const button = cards.element("button", { type: "button", title: `Take ${file.name} away` }, image);
    button.addEventListener("click", () => { files = files.filter((one) => one !== file); showFiles(); });
    return cards.element("li", {}, button);
  }));
}

function grow() {
  const text = at("#text");
  text.style.height = "auto";
  text.style.height = `${text.scrollHeight + 2}px`;
}

// the list of threads

async function list(before) {
  const found = await easel.threads(before);
  at("#threads").append(...found.threads.map((thread) => {
    const link = cards.element("a", { href: `/t/${thread.id}` },
      thread.image ? cards.element("img", { src: thread.image.url, alt: "", loading: "lazy" }) : cards.element("span", { className: "blank" }),
      cards.element("span", {}, thread.title));
    if (thread.id === id) link.setAttribute("aria-current", "page");
    return cards.element("li", {}, link);
  }));
  at("#more").hidden = !found.next;
  at("#more").onclick = () => list(found.next).catch((error) => notice(error.message));
}

// A page that comes back from the browser's memory is as it was left: begin anew, or look again.
addEventListener("pageshow", (shown) => {
  if (!shown.persisted) return;
  beginning = null;
  if (id) location.reload();
});
at("#composer").addEventListener("submit", send);
at("#text").addEventListener("input", grow);
at("#text").addEventListener("keydown", (key) => {
  if (key.key === "Enter" && !key.shiftKey && !key.isComposing) {
    key.preventDefault();
    at("#composer").requestSubmit();
  }
});
at("#attach").addEventListener("change", () => { attach(at("#attach").files); at("#attach").value = ""; });
addEventListener("paste", (pasted) => attach(pasted.clipboardData.files));
addEventListener("dragover", (over) => { over.preventDefault(); document.body.classList.add("dropping"); });
addEventListener("dragleave", () => document.body.classList.remove("dropping"));
addEventListener("drop", (dropped) => { dropped.preventDefault(); document.body.classList.remove("dropping"); attach(dropped.dataTransfer.files); });
at("main").addEventListener("scroll", () => { follows = at("main").scrollHeight - at("main").scrollTop - at("main").clientHeight < 80; });
at("#menu").addEventListener("click", () => {
  const open = document.body.classList.toggle("menu");
  at("#menu").setAttribute("aria-expanded", String(open));
  if (open) at("nav .new").focus();
});
addEventListener("keydown", (key) => {
  if (key.key !== "Escape") return;
  if (document.body.classList.contains("menu")) at("#menu").click();
  else if (source && !document.querySelector("dialog[open]")) edit(null);
});
if (matchMedia("(max-width: 50rem)").matches) at("#options").open = false;
at("#editing button").addEventListener("click", () => edit(null));
for (const button of document.querySelectorAll("#composer [data-action]")) {
  button.hidden = !id;
  button.addEventListener("click", () => press({ action: button.dataset.action }, button));
}
at("#name").value = localStorage.getItem("easel.name") ?? "";
at("#name").addEventListener("change", () => localStorage.setItem("easel.name", at("#name").value.trim()));
at("#ideas").append(...IDEAS.map((idea) => {
  const button = cards.element("button", { type: "button" }, idea);
  button.addEventListener("click", () => { at("#text").value = idea; at("#composer").requestSubmit(); });
  return cards.element("li", {}, button);
}));
at("#composer .send").textContent = id ? "Send" : "Draw";
if (id) at("#text").placeholder = "Say what to change…";
list().catch((error) => notice(error.message));
if (id) open().catch((error) => notice(error.message));
if (!matchMedia("(max-width: 50rem)").matches) at("#text").focus(); // on a phone its keyboard would cover the picture

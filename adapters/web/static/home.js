// What is on the first page? A box to begin with, pictures to start from, and all canvases to find again.

import * as easel from "./api.js";
import { watch } from "./attach.js";
import * as composer from "./composer.js";
import { at, button, element, memory, sized, time, toast } from "./dom.js";
import { ask } from "./form.js";
import { shortcuts, unread } from "./keys.js";

const SECONDS = 10; // in which a deleted canvas can be had back
const list = at("#threads");
const deleting = new Map();
let stars = new Set(memory.get("stars", []));
let next = null;
let loading = false;
let asked = 0;
// the answer that begins a canvas, and how many messages are on their way
let beginning = null;
let sending = 0;

// the first message

async function send(kept) {
  sending += 1;
  try {
    await deliver(kept.message, kept.files);
  } finally {
    sending -= 1;
  }
  if (!sending && beginning) location.assign(`/t/${(await beginning).thread}`);
}

// The first message begins the canvas; what is typed before its page is there goes into the same one.
async function deliver(message, pictures) {
  if (beginning) return easel.say((await beginning).thread, message, pictures);
  beginning = easel.begin(message, pictures);
  return beginning.catch((error) => {
    beginning = null;
    throw error;
  });
}

// the gallery

function wanted() {
  const starred = at("#starred").getAttribute("aria-pressed") === "true";
  return { q: at("#search").value.trim(), person: at("#person").value, ...(starred ? { id: [...stars] } : {}) };
}

async function load(anew = false) {
  if (loading && !anew) return;
  const now = ++asked;
  loading = true;
  const query = wanted();
  if (anew) next = null;
  const nothing = query.id && !query.id.length;
  const found = nothing ? { threads: [], next: null } : await easel.threads({ ...query, limit: 30, before: next });
  if (now !== asked) return;
  loading = false;
  next = found.next;
  const tiles = found.threads.filter((thread) => !deleting.has(thread.id)).map(tile);
  if (anew) list.replaceChildren(...tiles);
  else list.append(...tiles);
  people(found.threads);
  at("#more").hidden = !next;
  const filtered = query.q || query.person || query.id;
  at("#none").hidden = list.children.length > 0;
  at("#none").textContent = filtered ? "No matching canvases." : "";
  at("#gallery").hidden = !list.children.length && !filtered;
}

function tile(thread) {
  const image = thread.image
    ? element("img", { src: sized(thread.image, 640), alt: thread.image.alt, width: thread.image.width, height: thread.image.height, loading: "lazy" })
    : element("span", { className: "blank", dir: "auto" }, thread.title);
  if (thread.image?.color) image.style.backgroundColor = thread.image.color;
  const made = element("li", { className: "tile", dataset: { id: thread.id } },
    element("a", { href: `/t/${thread.id}` }, image, element("span", { className: "title", dir: "auto" }, thread.title)),
    element("p", { className: "about" }, element("span", { dir: "auto" }, (thread.people ?? []).join(", ")), time(thread.updated)),
    star(thread), menu(thread));
  if (unread.has(thread)) made.append(element("span", { className: "unread", title: "New since your last visit" }, element("span", { className: "unseen" }, "New since your last visit")));
  return made;
}

function star(thread) {
  const made = button("", { icon: "star", className: "ghost star", ariaLabel: `Star ${thread.title}`, title: "Star", onclick: () => {
    if (!stars.delete(thread.id)) stars.add(thread.id);
    memory.set("stars", [...stars]);
    made.setAttribute("aria-pressed", String(stars.has(thread.id)));
  } });
  made.setAttribute("aria-pressed", String(stars.has(thread.id)));
  return made;
}

function menu(thread) {
  const item = (name, act) => button(name, { className: "item", role: "menuitem", onclick: () => { made.open = false; act(); } });
  const made = element("details", { className: "pop end" }, element("summary", { className: "ghost", title: "More", ariaLabel: `More for ${thread.title}`, dataset: { icon: "more" } }),
    element("div", { className: "sheet menu", role: "menu", ariaLabel: "More" }, item("Rename…", () => rename(thread)), item("Copy link", () => share(thread)),
      item("Export", () => element("a", { href: `/api/threads/${thread.id}/export`, download: "" }).click()), item("Delete", () => remove(thread))));
  return made;
}

async function rename(thread) {
  const fields = await ask({ title: "Rename this canvas", submit: "Rename", prices: {}, price: null, fields: [{ name: "title", label: "Name", kind: "text", value: thread.title, choices: [] }] });
  if (!fields) return;
  try {
    const answer = await easel.rename(thread.id, fields.title);
    at(`.tile[data-id="${thread.id}"] .title`).textContent = answer.title;
  } catch (error) {
    toast(error.message, { bad: true });
  }
}

async function share(thread) {
  const link = `${location.origin}/t/${thread.id}`;
  await navigator.clipboard.writeText(link).then(() => toast("Link copied."), () => toast(link, { bad: true }));
}

// It goes from sight at once, and for good after ten seconds, or when the page is left.
function remove(thread) {
  const shown = at(`.tile[data-id="${thread.id}"]`);
  shown.hidden = true;
  deleting.set(thread.id, setTimeout(() => away(thread.id), SECONDS * 1000));
  toast(`“${thread.title}” is deleted.`, { seconds: SECONDS, undo() {
    clearTimeout(deleting.get(thread.id));
    deleting.delete(thread.id);
    shown.hidden = false;
  } });
}

async function away(id) {
  clearTimeout(deleting.get(id));
  deleting.delete(id);
  const gone = { action: "delete", fields: { what: "canvas" }, person: composer.person(), event: easel.newEvent() };
  try {
    await easel.act(id, gone, { keepalive: true });
    at(`.tile[data-id="${id}"]`)?.remove();
  } catch (error) {
    const shown = at(`.tile[data-id="${id}"]`);
    if (shown) shown.hidden = false;
    toast(error.message, { bad: true });
  }
}

function people(threads) {
  const known = new Set([...at("#person").options].map((option) => option.value));
  for (const name of threads.flatMap((thread) => thread.people ?? [])) {
    if (!known.has(name)) at("#person").append(element("option", { value: name }, name));
    known.add(name);
  }
}

function searched() {
  load(true).catch((error) => toast(error.message, { bad: true }));
}

let typing = 0;
watch(() => {});
composer.compose("home", { send, edited() {} });
shortcuts([]);
at("#search").addEventListener("input", () => { clearTimeout(typing); typing = setTimeout(searched, 150); });
at("#filters").addEventListener("submit", (event) => { event.preventDefault(); searched(); });
at("#person").addEventListener("change", searched);
at("#starred").addEventListener("click", () => {
  at("#starred").setAttribute("aria-pressed", String(at("#starred").getAttribute("aria-pressed") !== "true"));
  searched();
});
at("#more").addEventListener("click", () => load());
at("#ideas").addEventListener("click", (event) => {
  const idea = event.target.closest("[data-idea]")?.dataset.idea;
  if (!idea) return;
  composer.fill(idea);
  at("#composer").requestSubmit();
});
new IntersectionObserver(([entry]) => entry.isIntersecting && load(), { rootMargin: "600px" }).observe(at("#more"));
addEventListener("pagehide", () => { for (const id of deleting.keys()) away(id); });
// A page that comes back from the browser's memory begins a canvas of its own, and shows what there is now.
addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  beginning = null;
  searched();
});
document.addEventListener("visibilitychange", () => { if (!document.hidden && !next && scrollY < 100) searched(); });
easel.form().then(composer.offer).catch(() => {});
searched();

// Which canvases are there? A grid of tiles, of which those near the screen are drawn; they change as their canvases do.

import * as easel from "./api.js";
import { at, button, element, sized, time, toast } from "./dom.js";
import { ask } from "./form.js";
import { _ } from "./text.js";
import { isOffered, told } from "./where.js";

const SECONDS = 10; // in which a deleted canvas can be had back
const FIRST = 30; // canvases that are loaded at first; then more at a time
const MORE = 100;
const BEYOND = 1200; // px above and below the screen that are drawn too
const list = at("#threads");
const more = at("#more");
const drawn = new Map(); // the tiles in the page, by their canvases' ids
const deleting = new Map();
let threads = []; // what is listed, the newest first
let filter = {};
let person = () => "";
let next = null;
let loading = false;
let asked = 0;
let columns = 1;
let row = 0; // px
let waiting = 0;

// `who` gives the name of whoever looks.
export function open(who) {
  person = who;
  new ResizeObserver(measure).observe(list);
  addEventListener("scroll", later, { passive: true });
  more.addEventListener("click", () => load());
  addEventListener("pagehide", () => { for (const id of deleting.keys()) remove(id); });
}

// List those that match, from the newest on. A row that stays keeps its place.
export async function show(wanted) {
  filter = wanted;
  next = null;
  await load(true);
}

async function load(anew = false) {
  if (loading && !anew) return;
  const now = ++asked;
  loading = true;
  try {
    const found = await easel.threads({ ...filter, viewer: person(), limit: anew ? FIRST : MORE, before: next });
    if (now !== asked) return;
    next = found.next;
    if (anew) clear();
    const known = new Set(anew ? [] : threads.map((thread) => thread.id));
    threads = [...(anew ? [] : threads), ...found.threads.filter((thread) => !known.has(thread.id))];
    people(found.threads);
  } catch (error) {
    toast(error.message, { bad: true });
  } finally {
    if (now === asked) loading = false;
  }
  draw();
}

function clear() {
  list.replaceChildren();
  drawn.clear();
}

// What may have changed while nobody told: look at the newest again.
export async function refresh() {
  const found = await easel.threads({ ...filter, viewer: person(), limit: FIRST }).catch(() => ({ threads: [] }));
  for (const thread of found.threads) changed(thread.id, thread);
}

// A canvas changed, or is gone (null).
export function changed(id, thread) {
  const index = threads.findIndex((one) => one.id === id);
  if (index >= 0 && JSON.stringify(threads[index]) === JSON.stringify(thread)) return;
  const filtered = filter.q || filter.person || filter.platform;
  drawn.get(id)?.remove();
  drawn.delete(id);
  if (index >= 0 && (!thread || (filter.starred && !thread.starred))) threads.splice(index, 1);
  else if (index >= 0) threads[index] = thread;
  else if (thread && !filtered && (!filter.starred || thread.starred) && (!next || thread.order > (threads.at(-1)?.order ?? 0))) {
    const place = threads.findIndex((one) => one.order < thread.order);
    threads.splice(place < 0 ? threads.length : place, 0, thread);
  } else return;
  if (thread) people([thread]);
  draw();
}

function later() {
  waiting ||= requestAnimationFrame(() => { waiting = 0; draw(); });
}

// Only what is near the screen is in the page; the list is as high as if all were.
function draw() {
  const seen = threads.filter((thread) => !deleting.has(thread.id));
  const filtered = filter.q || filter.person || filter.starred || filter.platform;
  at("#none").hidden = seen.length > 0 || loading;
  at("#none").textContent = filtered ? _("No matching canvases.") : "";
  at("#gallery").hidden = !seen.length && !filtered && !isOffered();
  more.hidden = !next;
  const top = list.getBoundingClientRect().top;
  const rows = Math.ceil(seen.length / columns);
  const within = (beyond) => [Math.max(0, Math.min(rows, Math.floor((-top - beyond) / row))), Math.max(0, Math.min(rows, Math.ceil((innerHeight - top + beyond) / row)))];
  let [first, last] = row ? within(0) : [0, Math.min(rows, 2)];
  // after a jump what is on the screen comes first, and what is around it with the next frame
  const jumped = last > first && !seen.slice(first * columns, last * columns).some((thread) => drawn.has(thread.id));
  if (row && !jumped) [first, last] = within(BEYOND);
  else if (row) later();
  list.style.paddingTop = `${first * row}px`;
  list.style.paddingBottom = `${(rows - last) * row}px`;
  put(seen, first * columns, Math.min(seen.length, last * columns));
  if (!row && drawn.size) measure();
  else if (next && !loading && top + rows * row < innerHeight + BEYOND) load();
}

function put(seen, from, to) {
  const wanted = new Set(seen.slice(from, to).map((thread) => thread.id));
  for (const [id, made] of drawn) {
    if (wanted.has(id)) continue;
    made.remove();
    drawn.delete(id);
  }
  let before = list.firstElementChild;
  for (let index = from; index < to; index += 1) {
    const thread = seen[index];
    let made = drawn.get(thread.id);
    if (!made) drawn.set(thread.id, made = tile(thread));
    made.ariaSetSize = seen.length;
    made.ariaPosInSet = index + 1;
    if (made === before) before = before.nextElementSibling;
    else list.insertBefore(made, before);
  }
}

function measure() {
  const one = list.firstElementChild;
  if (!one) return;
  const style = getComputedStyle(list);
  const [wide, high] = [style.gridTemplateColumns.split(" ").length, one.offsetHeight + parseFloat(style.rowGap)];
  if (wide === columns && Math.abs(high - row) < 0.5) return;
  columns = wide;
  row = high;
  draw();
}

function tile(thread) {
  const image = thread.image
    ? element("img", { src: sized(thread.image, 640), alt: thread.image.alt, width: thread.image.width, height: thread.image.height, loading: "lazy", decoding: "async" })
    : element("span", { className: "blank", dir: "auto" }, thread.title);
  if (thread.image?.color) image.style.backgroundColor = thread.image.color;
  return element("li", { className: "tile", dataset: { id: thread.id } },
    element("a", { href: easel.address(`/t/${thread.id}`) }, image, element("span", { className: "title", dir: "auto" }, thread.title)),
    element("p", { className: "about" }, element("span", { dir: "auto" }, [told(thread), thread.people.join(", ")].filter(Boolean).join(" · ")), time(thread.updated)),
    star(thread), menu(thread),
    thread.unread ? element("span", { className: "unread", title: _("New since your last visit") }, element("span", { className: "unseen" }, _("New since your last visit"))) : null);
}

function star(thread) {
  const made = button("", { icon: "star", className: "ghost star", ariaLabel: _("Star {title}", { title: thread.title }), title: _("Star"), ariaPressed: String(thread.starred), onclick: async () => {
    thread.starred = !thread.starred;
    made.ariaPressed = String(thread.starred);
    try {
      await easel.bookmark(thread.id, { starred: thread.starred, person: person() });
    } catch (error) {
      changed(thread.id, { ...thread, starred: !thread.starred });
      toast(error.message, { bad: true });
    }
  } });
  return made;
}

function menu(thread) {
  const item = (name, act) => button(name, { className: "item", role: "menuitem", onclick: () => { made.open = false; act(); } });
  const made = element("details", { className: "pop end" }, element("summary", { className: "ghost", title: _("More"), ariaLabel: _("More for {title}", { title: thread.title }), dataset: { icon: "more" } }));
  const items = () => element("div", { className: "sheet menu", role: "menu", ariaLabel: _("More") }, item(_("Rename…"), () => rename(thread)), item(_("Copy link"), () => share(thread)),
    item(_("Export"), () => element("a", { href: easel.address(`/api/threads/${thread.id}/export`), download: "" }).click()), item(_("Delete"), () => hide(thread)));
  made.addEventListener("toggle", () => made.append(items()), { once: true }); // of those that are opened
  return made;
}

async function rename(thread) {
  const fields = await ask({ title: _("Rename this canvas"), submit: _("Rename"), prices: {}, price: null, fields: [{ name: "title", label: _("Name"), kind: "text", value: thread.title, choices: [] }] });
  if (!fields) return;
  try {
    const answer = await easel.rename(thread.id, fields.title);
    changed(thread.id, { ...thread, title: answer.title });
    if (!thread.unread) await easel.bookmark(thread.id, { seen: true, person: person() });
  } catch (error) {
    toast(error.message, { bad: true });
  }
}

async function share(thread) {
  const link = location.origin + easel.address(`/t/${thread.id}`);
  await navigator.clipboard.writeText(link).then(() => toast(_("Link copied.")), () => toast(link, { bad: true }));
}

// It goes from sight at once, and for good after ten seconds, or when the page is left.
function hide(thread) {
  deleting.set(thread.id, setTimeout(() => remove(thread.id), SECONDS * 1000));
  draw();
  toast(_("“{title}” is deleted.", { title: thread.title }), { seconds: SECONDS, undo() {
    clearTimeout(deleting.get(thread.id));
    deleting.delete(thread.id);
    draw();
  } });
}

async function remove(id) {
  clearTimeout(deleting.get(id));
  const gone = { action: "delete", fields: { what: "canvas" }, person: person(), event: easel.newEvent() };
  try {
    await easel.act(id, gone, { keepalive: true });
    threads = threads.filter((thread) => thread.id !== id);
  } catch (error) {
    toast(error.message, { bad: true });
  }
  deleting.delete(id);
  draw();
}

function people(found) {
  const known = new Set([...at("#person").options].map((option) => option.value));
  for (const name of found.flatMap((thread) => thread.people)) {
    if (!known.has(name)) at("#person").append(element("option", { value: name }, name));
    known.add(name);
  }
}

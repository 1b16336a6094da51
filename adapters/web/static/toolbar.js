// What can be done with the picture on the stage? The same few buttons in the same place, whatever is on show.

import { at, button, compact, dollars, element, toast } from "./dom.js";
import { asked } from "./controls.js";
import { _ } from "./text.js";

const bar = at("#toolbar");
const LOOKS = new Set(["compare-here", "copy", "download"]); // what changes nothing
let drawn = "";

// Where the names have no room, in this language and at this width, the signs stand alone.
function fit() {
  bar.classList.remove("tight");
  bar.classList.toggle("tight", bar.scrollWidth > bar.clientWidth);
}
new ResizeObserver(fit).observe(bar);

export function toolbar(canvas, shown, on) {
  const image = canvas.versions.get(shown.version);
  const turn = canvas.cardOf(shown.version);
  const key = JSON.stringify([shown, canvas.head, canvas.mode, turn?.revision, image?.parent, canvas.versions.size > 1]);
  if (key === drawn) return;
  drawn = key;
  bar.hidden = !canvas.versions.size;
  const focused = bar.contains(document.activeElement) ? document.activeElement.dataset.tool : null;
  const open = at("details[open]", bar) !== null;
  const parts = image ? ofPicture(canvas, image, turn, on) : [];
  const all = [
    tool(_("Undo"), "undo", "undo", () => on.press({ action: "undo" }), _("For everyone (U)")), tool(_("Redo"), "redo", "redo", () => on.press({ action: "redo" }), _("For everyone (R)")),
    ...parts];
  bar.replaceChildren(label(canvas, shown, image), ...(canvas.elsewhere ? all.filter((one) => LOOKS.has(one.dataset.tool)) : all));
  if (open && at("details", bar)) at("details", bar).open = true;
  fit();
  if (focused) at(`[data-tool="${focused}"]`, bar)?.focus({ preventScroll: true });
}

function label(canvas, shown, image) {
  const number = image?.number ?? "";
  const parent = image?.parent ? ` ← ${image.parent}` : "";
  const made = element("span", { className: "now", title: image ? `${image.width}×${image.height}. ${image.alt}` : "" }, element("b", {}, number), parent);
  if (number && number === canvas.head) made.append(element("span", { className: "badge" }, _("current")));
  return made;
}

function tool(name, sign, action, onclick, title = "", ...rest) {
  return button(name, { className: "tool", icon: sign, title: title || name, dataset: { tool: action, action }, onclick }, ...rest);
}

function ofPicture(canvas, image, turn, on) {
  const number = image.number;
  const own = (name) => turn?.card.buttons.find((one) => one.action === name && (one.version === number || one.version === null));
  const vary = own("vary") ?? { action: "vary", version: number, value: "" };
  const finalize = own("finalize");
  const price = (one) => (one?.price ? element("small", {}, dollars(one.price)) : null);
  const send = (one) => (pressed) => on.press({ ...asked(one, canvas.turnOf(number) ?? turn), version: number }, pressed);
  const several = canvas.versions.size > 1;
  return [
    tool(_("Vary"), "vary", "vary", send(vary), _("Draw another variation"), price(vary)),
    several ? tool(_("Compare"), "compare", "compare-here", () => on.compare(number), _("Before and after (C)")) : null,
    tool(_("Mark"), "mark", "mark", () => on.mark(image), _("Draw on the picture to show what you mean (M)")),
    tool(_("Copy"), "copy", "copy", () => copy(image), _("Copy the picture")),
    link(image),
    finalize ? tool(_("Finalize"), "finalize", "finalize", send(finalize), _("Redraw at the best quality"), price(finalize)) : null,
    menu(canvas, image, turn, on),
  ].filter(Boolean);
}

function link(image) {
  const made = element("a", { className: "tool button", href: image.url, download: `${image.number}.${image.type.split("/")[1]}`, title: _("Download the original"), dataset: { tool: "download", icon: "download" } }, element("span", {}, _("Download")));
  return made;
}

// What is seldom wanted.
function menu(canvas, image, turn, on) {
  const number = image.number;
  const id = canvas.turnOf(number)?.id;
  const send = (action, more = {}) => (pressed) => { close(); on.press({ action, turn: id, version: number, ...more }, pressed); };
  const item = (name, action, onclick) => button(name, { className: "item", role: "menuitem", dataset: { action }, onclick });
  const close = () => { at("details", bar).open = false; };
  const kept = (turn?.card.buttons ?? []).filter((one) => ["together", "vote", "tick", "draw", "close"].includes(one.action) && one.version === null && one.action !== "tick" && one.action !== "draw");
  const gallery = turn && turn.card.images.length > 1 ? item(_("Back to all pictures"), "grid", () => { close(); on.look({ turn: turn.id }); }) : null;
  const talking = canvas.mode === "talking";
  const sheet = element("div", { className: "sheet menu", role: "menu", ariaLabel: _("More") },
    number === canvas.head ? null : item(_("Edit from here"), "goto", send("goto")),
    compact.matches ? item(_("Copy"), "copy", () => { close(); copy(image); }) : null,
    gallery,
    ...kept.map((one) => item(one.label, one.action, (pressed) => { close(); on.press(asked(one, turn), pressed); })),
    image.parent ? item(_("Post before and after"), "compare", send("compare")) : null,
    item(talking ? _("Draw what you agreed on") : _("Pause to talk"), talking ? "go" : "pause", () => { close(); on.press({ action: talking ? "go" : "pause" }); }),
    item(_("Thread settings…"), "settings", () => { close(); on.press({ action: "settings" }); }),
    item(_("Open in…"), "continue", send("continue")),
    item(_("Export everything"), "export", send("export", { version: null })),
    item(_("Delete…"), "delete", send("delete")));
  const made = element("details", { className: "pop end" }, element("summary", { className: "tool", title: _("More"), dataset: { tool: "more", icon: "more" } }, element("span", {}, _("More"))), sheet);
  return made;
}

async function copy(image) {
  try {
    const png = fetch(image.url).then((answer) => answer.blob()).then((blob) => (blob.type === "image/png" ? blob : asPng(blob)));
    await navigator.clipboard.write([new ClipboardItem({ "image/png": png })]);
    toast(_("{version} is copied.", { version: image.number }));
  } catch {
    toast(_("Your browser can’t copy pictures here. Download it instead."), { bad: true });
  }
}

async function asPng(blob) {
  const bitmap = await createImageBitmap(blob);
  const paper = new OffscreenCanvas(bitmap.width, bitmap.height);
  paper.getContext("2d").drawImage(bitmap, 0, 0);
  return paper.convertToBlob({ type: "image/png" });
}

bar.addEventListener("keydown", (event) => {
  if (!["ArrowLeft", "ArrowRight"].includes(event.key) || event.target.closest(".sheet")) return;
  const tools = [...bar.querySelectorAll(".tool")];
  const next = tools[tools.indexOf(document.activeElement) + (event.key === "ArrowRight" ? 1 : -1)];
  if (!next) return;
  event.preventDefault();
  event.stopPropagation();
  next.focus();
});


// What is on the stage? One picture, fitted; a grid to choose from; or what is being drawn, above its source.

import { at, button, element, sized } from "./dom.js";
import { controls } from "./controls.js";
import { enlarge } from "./zoom.js";
import { _ } from "./text.js";

const view = at("#view");
const status = at("#status");
let zoom = null;
let drawn = "";
let began = new Map();

export const zoomBy = (step) => zoom?.by(step);
export const frame = () => at(".frame", view);

// Draw what is looked at. `shown` is {version} or {turn}; what is on the stage already stays, so that nothing jumps.
export function stage(canvas, shown, on) {
  const turn = canvas.turns.get(shown.turn) ?? canvas.cardOf(shown.version);
  const image = shown.version ? canvas.versions.get(shown.version) : null;
  if (image) picture(image);
  else if (turn?.card.images.length > 1) grid(canvas, turn, on);
  else if (turn?.card.images.length) picture(turn.card.images[0]);
  else if (turn?.state === "drawing") drawing(canvas, turn);
  else if (turn && ticks(turn).length) ideas(turn, on);
  else below(canvas, turn);
  say(canvas, turn, image, on);
}

function put(key, make) {
  if (drawn === key) return frame();
  drawn = key;
  zoom?.leave();
  zoom = null;
  const made = make();
  at("#stage").classList.toggle("tall", Number(made.style.getPropertyValue("--ratio") || 1) < 0.85);
  view.replaceChildren(made);
  return frame();
}

function shaped(width, height, ...children) {
  const made = element("div", { className: "frame" }, ...children);
  made.style.setProperty("--ratio", width / height || 1);
  return made;
}

// The smaller picture is there at once and gives way to the original.
function layers(image) {
  const coarse = element("img", { className: "coarse", src: sized(image, 640), alt: "" });
  const fine = element("img", { className: "fine", src: image.url, alt: image.alt, decoding: "async", draggable: false });
  if (image.color) coarse.style.backgroundColor = image.color;
  fine.addEventListener("load", () => fine.classList.add("loaded"), { once: true });
  fine.addEventListener("error", () => setTimeout(() => { if (fine.isConnected) again(coarse, fine); }, 2000));
  return [coarse, fine];
}

// A connection that is gone comes back.
function again(...images) {
  for (const image of images) image.setAttribute("src", image.getAttribute("src"));
}

function picture(image) {
  put(image.url, () => shaped(image.width, image.height, ...layers(image)));
  frame().dataset.version = image.number;
  zoom ??= enlarge(view, frame());
}

function below(canvas, turn) {
  const source = canvas.versions.get(turn?.source) ?? canvas.versions.get(canvas.head);
  if (source) picture(source);
  else put("empty", () => element("div", { className: "frame empty" }));
}

// Previews lie above the source in its frame, from coarse to fine.
function drawing(canvas, turn) {
  const source = canvas.versions.get(turn.source);
  const [width, height] = (turn.output.size || "1024x1024").split("x").map(Number);
  const made = put(`drawing ${turn.id}`, () => source
    ? shaped(source.width, source.height, ...layers(source))
    : shaped(width, height, element("div", { className: "blank" })));
  made.classList.add("busy");
  const preview = canvas.previews.get(turn.id);
  const last = at(".preview", made);
  if (preview && last?.getAttribute("src") !== preview) {
    const next = element("img", { className: "preview", src: preview, alt: _("An unfinished preview") });
    next.addEventListener("load", () => last?.remove(), { once: true });
    made.append(next);
  }
}

// What can be chosen from: a picture each, with what belongs to it.
function grid(canvas, turn, on) {
  const { images, captions, buttons } = turn.card;
  const key = `grid ${turn.id} ${turn.revision} ${canvas.head}`;
  put(key, () => {
    const made = element("div", { className: "frame grid", dataset: { count: images.length } });
    images.forEach((image, index) => {
      const own = buttons.filter((one) => one.version === image.number && ["vote", "close", "open"].includes(one.action));
      const choose = buttons.find((one) => one.version === image.number && one.action === "choose") ?? { action: "goto", version: image.number, value: "" };
      const current = image.number === canvas.head;
      const open = button("", { className: "look", title: _("Show only this one"), ariaLabel: _("Look at {version}", { version: image.number }), onclick: () => on.look({ version: image.number }) },
        element("img", { src: images.length > 2 ? sized(image, 640) : image.url, alt: image.alt, width: image.width, height: image.height }));
      const figure = element("figure", { className: current ? "head" : "", dataset: { version: image.number } }, open,
        element("figcaption", { title: captions[index] || "" }, captions[index] || image.number),
        element("div", { className: "buttons" },
          current && choose.action === "goto" ? element("span", { className: "badge" }, _("edited next"))
            : own.some((one) => one.action === "open") ? null : button(_("Use this"), { className: current || images.length > 2 ? "" : "primary", ariaLabel: _("Use this: {version}", { version: image.number }), dataset: { action: choose.action }, onclick: (pressed) => on.use(choose, turn, pressed) }),
          ...own.map((one) => controls.button(one, turn, on))));
      figure.style.setProperty("--ratio", image.width / image.height);
      made.append(figure);
    });
    return made;
  });
}

const ticks = (turn) => turn.card.buttons.filter((one) => one.action === "tick");

// Directions to tick: the same boxes stay, so that the keyboard stays where it is.
function ideas(turn, on) {
  const focused = view.contains(document.activeElement) ? document.activeElement.dataset.key : null;
  drawn = "";
  zoom?.leave();
  zoom = null;
  const list = element("ul", { className: "ticks" }, ...ticks(turn).map((one) => element("li", {}, controls.tick(one, turn, on))));
  const draw = element("div", { className: "buttons" }, ...controls.rest(turn).map((one) => controls.button(one, turn, on)));
  at("#stage").classList.remove("tall");
  view.replaceChildren(element("div", { className: "ideas" }, element("h2", { dir: "auto" }, turn.text), element("p", {}, turn.card.text), list, draw));
  if (focused) [...view.querySelectorAll("[data-key]")].find((one) => one.dataset.key === focused)?.focus({ preventScroll: true });
}

// Below the picture, or over its foot: how far it is, what went wrong, what is asked. The picture stays as large as it is.
function say(canvas, turn, image, on) {
  const asking = turn && ticks(turn).length > 0;
  const alone = turn && !image && !(asking && !turn.card.images.length);
  const rest = turn ? controls.rest(turn) : [];
  const reply = alone && !turn.card.images.length && turn.state === "posted" ? turn.reply : "";
  const text = alone ? [reply, turn.card.text].filter(Boolean).join("\n") : "";
  const shows = alone && (text || rest.length);
  status.hidden = !shows && !elsewhere(canvas, image);
  status.className = [shows ? turn.state : "", at(".grid", view) ? "" : "over"].filter(Boolean).join(" ");
  if (status.hidden) return status.replaceChildren();
  if (!shows) {
    return status.replaceChildren(element("p", {}, _("You’re viewing {version}. The current version is {head}.", { version: image.number, head: canvas.head })),
      button(_("Edit from here"), { className: "primary", title: _("For everyone (E)"), dataset: { action: "goto" }, onclick: (pressed) => on.press({ action: "goto", version: image.number }, pressed) }),
      button(_("Back to {version}", { version: canvas.head }), { title: "Escape", onclick: () => on.live() }));
  }
  const focused = status.contains(document.activeElement) ? document.activeElement.dataset.key : null;
  const more = asking ? ticks(turn).map((one) => controls.tick(one, turn, on)) : [];
  status.replaceChildren(...(turn.state === "drawing" ? [element("span", { className: "spinner" })] : []),
    element("p", { dir: "auto" }, text, clock(turn)), ...more, ...rest.map((one) => controls.button(one, turn, on)));
  if (focused) [...status.querySelectorAll("[data-key]")].find((one) => one.dataset.key === focused)?.focus({ preventScroll: true });
  return undefined;
}

const elsewhere = (canvas, image) => image && canvas.head && image.number !== canvas.head;

function clock(turn) {
  if (turn.state !== "drawing") return null;
  if (!began.has(turn.id)) began = new Map([...began, [turn.id, Date.now()]]);
  return element("span", { className: "seconds", ariaHidden: "true", dataset: { began: began.get(turn.id) } }, seconds(began.get(turn.id)));
}

const seconds = (since) => ` ${Math.round((Date.now() - since) / 1000)} s`;

setInterval(() => {
  const one = at(".seconds", status);
  if (one) one.textContent = seconds(Number(one.dataset.began));
}, 1000);

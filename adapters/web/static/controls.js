// Which of a card's buttons stand where? Those of a finished picture in the toolbar, all others beside what they are about.

import { button, dollars, element } from "./dom.js";
import { _ } from "./text.js";

//: of a finished picture: the toolbar and its menu have them
const OF_PICTURE = new Set(["edit", "vary", "undo", "goto", "finalize", "compare", "together", "continue", "export", "delete"]);
//: of one of several pictures: they stand below it
const OF_ONE = new Set(["choose", "vote", "open"]);

// What is pressed, as the API takes it.
export function asked(one, turn) {
  return { action: one.action, turn: turn.id, version: one.version, ...(one.value ? { fields: { value: one.value } } : {}) };
}

// Names a button within its card, so that it is found again when the card is drawn anew.
const key = (one) => `${one.action} ${one.version ?? ""} ${one.value}`;

function made(one, turn, on) {
  const price = dollars(one.price);
  return button(one.label, { className: one.primary ? "primary" : "", title: one.hint, dataset: { action: one.action, key: key(one) }, onclick: (pressed) => on.press(asked(one, turn), pressed) },
    price && price !== _("free") ? element("small", {}, price) : null);
}

function tick(one, turn, on) {
  const box = button("", { className: "tick", role: "checkbox", dataset: { action: "tick", key: key(one) }, onclick: (pressed) => on.press(asked(one, turn), pressed) },
    element("b", {}, one.label.replace(/^[☑☐] /, "")), element("span", { dir: "auto" }, one.hint));
  box.setAttribute("aria-checked", String(one.label.startsWith("☑")));
  return box;
}

// What stands beside a turn itself: all that is not about a finished picture.
function rest(turn) {
  const images = turn.card.images.map((image) => image.number);
  const finished = turn.state === "posted" && images.length > 0 && turn.kind === "wish";
  return turn.card.buttons.filter((one) => {
    if (one.action === "tick" || (one.action === "export" && turn.kind !== "control")) return false;
    if (one.action === "delete" || one.action === "continue") return false;
    if (turn.kind === "control" && (one.action === "undo" || one.action === "redo")) return false; // the toolbar has them
    if (OF_ONE.has(one.action) && images.includes(one.version)) return false;
    if (one.action === "close" && images.length > 1 && images.includes(one.version)) return false;
    if (finished && images.length === 1 && one.action === "vote") return false;
    return !(finished && OF_PICTURE.has(one.action));
  });
}

export const controls = { button: made, tick, rest };

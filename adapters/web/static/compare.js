// What is different between two versions? One over the other with an edge to move, or side by side.

import { at, button, element } from "./dom.js";
import { _ } from "./text.js";

const view = at("#view");
let leave = null;

export const comparing = () => leave !== null;
export const stop = () => leave?.();

export function compare(canvas, number, done) {
  stop();
  const image = canvas.versions.get(number);
  const others = [...canvas.versions.keys()];
  const other = image.parent ?? others.find((one) => one !== number);
  const [before, after] = others.indexOf(other) < others.indexOf(number) ? [other, number] : [number, other];
  const old = [...view.childNodes];
  const picked = { left: before, right: after };
  const frame = element("div", { className: "frame both" });
  const edge = element("input", { type: "range", className: "edge", min: 0, max: 100, value: 50, ariaLabel: _("How much of the left version to show") });
  const show = () => {
    const [left, right] = [canvas.versions.get(picked.left), canvas.versions.get(picked.right)];
    frame.style.setProperty("--ratio", right.width / right.height);
    frame.replaceChildren(side(right, "right"), side(left, "left"), edge, element("span", { className: "handle", ariaHidden: "true" }));
  };
  const move = () => frame.style.setProperty("--edge", `${edge.value}%`);
  const beside = () => view.classList.toggle("beside");
  const choose = (which) => {
    const made = element("select", { ariaLabel: which === "left" ? _("Left") : _("Right") }, ...others.map((one) => element("option", { value: one, selected: one === picked[which] }, one)));
    made.addEventListener("change", () => { picked[which] = made.value; show(); });
    return made;
  };
  const keys = (event) => {
    if (event.target.closest("dialog, #composer")) return;
    if (event.key === "Escape") { event.stopPropagation(); leave(); }
    else if (event.key === "s") { event.stopPropagation(); beside(); }
  };
  const bar = element("div", { className: "bar", role: "group", ariaLabel: _("Compare") }, choose("left"), element("span", {}, _("and")), choose("right"),
    button(_("Side by side"), { title: "S", onclick: beside }), button(_("Done"), { className: "primary", title: "Escape", onclick: () => leave() }));
  edge.addEventListener("input", move);
  document.addEventListener("keydown", keys, true);
  leave = () => {
    leave = null;
    document.removeEventListener("keydown", keys, true);
    view.classList.remove("beside", "comparing");
    view.replaceChildren(...old);
    done();
  };
  view.classList.add("comparing");
  view.replaceChildren(frame, bar);
  show();
  move();
  edge.focus();
}

function side(version, where) {
  return element("figure", { className: where }, element("img", { src: version.url, alt: version.alt, draggable: false }), element("figcaption", {}, version.number));
}

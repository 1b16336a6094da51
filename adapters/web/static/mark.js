// How does somebody show on a picture what they mean? They draw on a copy, which goes along with their words.

import { at, button, element } from "./dom.js";
import { _ } from "./text.js";

export const WORDS = _("Change what is circled in the marked picture; do not draw the marks.");
const INK = "#ff2d78";
const view = at("#view");
let leave = null;

export const marking = () => leave !== null;
export const stop = () => leave?.();

// Let somebody draw; `done` is given the marked copy as a file, or null.
export function mark(image, done) {
  stop();
  const old = [...view.childNodes];
  const strokes = [];
  const paper = element("canvas", { className: "paper", width: image.width, height: image.height, tabIndex: 0, ariaLabel: _("Draw on the picture. Arrow keys move the ring, Enter places it.") });
  const picture = element("img", { className: "fine loaded", src: image.url, alt: image.alt, draggable: false });
  const frame = element("div", { className: "frame" }, picture, paper);
  frame.style.setProperty("--ratio", image.width / image.height);
  const pen = paper.getContext("2d");
  const wide = Math.max(4, Math.min(image.width, image.height) / 110);
  const ring = { x: image.width / 2, y: image.height / 2, on: false };
  const draw = () => {
    pen.clearRect(0, 0, image.width, image.height);
    ink(pen, strokes, wide);
    if (ring.on) ink(pen, [circle(ring, image)], wide / 2);
    use.disabled = !strokes.length;
    back.disabled = !strokes.length;
  };
  const spot = (event) => {
    const box = paper.getBoundingClientRect();
    return { x: ((event.clientX - box.left) / box.width) * image.width, y: ((event.clientY - box.top) / box.height) * image.height };
  };
  let drawing = null;
  paper.addEventListener("pointerdown", (event) => {
    paper.setPointerCapture(event.pointerId);
    drawing = [spot(event)];
    strokes.push(drawing);
    draw();
  });
  paper.addEventListener("pointermove", (event) => {
    if (!drawing) return;
    for (const one of event.getCoalescedEvents?.() ?? [event]) drawing.push(spot(one));
    draw();
  });
  paper.addEventListener("pointerup", () => {
    if (drawing?.length < 3) strokes[strokes.indexOf(drawing)] = circle(drawing[0], image); // a tap points
    drawing = null;
    draw();
  });
  const undo = () => { strokes.pop(); draw(); };
  const finish = async () => {
    const file = await flatten(picture, strokes, wide, image);
    leave(file);
  };
  const back = button(_("Undo"), { icon: "undo", onclick: undo });
  const use = button(_("Use these marks"), { className: "primary", onclick: finish });
  const bar = element("div", { className: "bar", role: "group", ariaLabel: _("Mark") }, element("span", {}, _("Circle or point at what to change")), back, use, button(_("Cancel"), { onclick: () => leave(null) }));
  const keys = (event) => {
    if (event.target.closest("dialog, #composer")) return;
    const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (event.key === "Escape") leave(null);
    else if ((event.ctrlKey || event.metaKey) && event.key === "z") undo();
    else if (step && event.target === paper) {
      ring.on = true;
      ring.x = Math.max(0, Math.min(image.width, ring.x + (step[0] * image.width) / 24));
      ring.y = Math.max(0, Math.min(image.height, ring.y + (step[1] * image.height) / 24));
      draw();
    } else if (event.key === "Enter" && event.target === paper && ring.on) {
      strokes.push(circle(ring, image));
      ring.on = false;
      draw();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };
  document.addEventListener("keydown", keys, true);
  leave = (file = null) => {
    leave = null;
    document.removeEventListener("keydown", keys, true);
    view.classList.remove("marking");
    view.replaceChildren(...old);
    done(file);
  };
  view.classList.add("marking");
  view.replaceChildren(frame, bar);
  draw();
  paper.focus();
}

function circle({ x, y }, image) {
  const radius = Math.min(image.width, image.height) / 14;
  return Array.from({ length: 33 }, (_, step) => ({ x: x + radius * Math.cos((step * Math.PI) / 16), y: y + radius * Math.sin((step * Math.PI) / 16) }));
}

// A light edge below the ink, so that it is seen on any ground.
function ink(pen, strokes, wide) {
  pen.lineCap = "round";
  pen.lineJoin = "round";
  for (const [colour, more] of [["rgb(255 255 255 / .85)", 1.9], [INK, 1]]) {
    pen.strokeStyle = colour;
    pen.lineWidth = wide * more;
    for (const stroke of strokes) {
      pen.beginPath();
      stroke.forEach(({ x, y }) => pen.lineTo(x, y));
      pen.stroke();
    }
  }
}

async function flatten(picture, strokes, wide, image) {
  // its bytes from here: one that was shown from a bucket could not be read again
  const whole = await createImageBitmap(await (await fetch(picture.src)).blob());
  const paper = element("canvas", { width: image.width, height: image.height });
  const pen = paper.getContext("2d");
  pen.drawImage(whole, 0, 0, image.width, image.height);
  ink(pen, strokes, wide);
  const blob = await new Promise((resolve) => { paper.toBlob(resolve, "image/jpeg", 0.9); });
  return new File([blob], `marked ${image.number}.jpg`, { type: "image/jpeg" });
}

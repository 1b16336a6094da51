// What was made from what? A row a version with its thumbnail, lanes as in a git log; only what is seen is drawn.

import { at, compact, element, sized, svg } from "./dom.js";
import { layout } from "./lanes.js";
import { _ } from "./text.js";

const ROW = 56; // px of a row; on small screens the versions stand in one line
const STEP = 52;
const box = at("#versions");
const nav = at("#tree");
let known = [];
let lanes = layout([]);
let shown = null;
let head = null;
let on = null;
let waiting = 0;

export function tree(canvas, number, handlers) {
  const versions = [...canvas.versions.values()];
  if (versions.length !== known.length || versions.some((one, index) => one.number !== known[index].number || one.parent !== known[index].parent)) lanes = layout(versions);
  const moved = shown !== number;
  known = versions;
  shown = number;
  head = canvas.head;
  on = handlers;
  nav.hidden = !known.length;
  document.body.classList.toggle("empty", !known.length);
  place();
  if (moved && shown) reveal(lanes.row.get(shown));
  draw();
}

function place() {
  box.style.height = compact.matches ? "" : `${known.length * ROW}px`;
  box.style.width = compact.matches ? `${known.length * STEP}px` : "";
}

function reveal(row) {
  if (compact.matches) {
    nav.scrollLeft = row * STEP - nav.clientWidth / 2 + STEP / 2;
    return;
  }
  const top = row * ROW;
  if (top < nav.scrollTop + 8) nav.scrollTop = top - ROW;
  else if (top + ROW > nav.scrollTop + nav.clientHeight - 8) nav.scrollTop = top + 2 * ROW - nav.clientHeight;
}

const wide = () => Math.max(4, Math.min(10, 24 / Math.max(1, lanes.width - 1)));
const across = (lane) => 12 + lane * wide();

function draw() {
  const [size, from, room] = compact.matches ? [STEP, nav.scrollLeft, nav.clientWidth] : [ROW, nav.scrollTop, nav.clientHeight];
  const first = Math.max(0, Math.floor(from / size) - 4);
  const last = Math.min(known.length, Math.ceil((from + room) / size) + 4);
  const left = across(lanes.width - 1) + 10;
  const rows = known.slice(first, last).map((version, index) => row(version, first + index, left));
  box.replaceChildren(...(compact.matches ? [] : [lines(first, last)]), ...rows);
  if (shown && lanes.row.has(shown)) box.setAttribute("aria-activedescendant", `version-${shown}`);
  else box.removeAttribute("aria-activedescendant");
}

function row(version, index, left) {
  const image = element("img", { src: sized(version, 160), alt: "", width: 44, height: 44, loading: "lazy", draggable: false });
  if (version.color) image.style.backgroundColor = version.color;
  const made = element("div", { id: `version-${version.number}`, className: "version", role: "option", draggable: true, title: version.alt, dataset: { version: version.number } },
    image, element("span", {}, element("b", {}, version.number), version.number === head ? element("small", {}, _("current")) : version.parent ? element("small", {}, `← ${version.parent}`) : null));
  made.setAttribute("aria-selected", String(version.number === shown));
  made.setAttribute("aria-setsize", known.length);
  made.setAttribute("aria-posinset", index + 1);
  if (version.number === head) made.setAttribute("aria-current", "true");
  if (!compact.matches) made.style.top = `${index * ROW}px`;
  made.style.left = compact.matches ? `${index * STEP}px` : `${left}px`;
  return made;
}

function lines(first, last) {
  const picture = svg("svg", { width: across(lanes.width) + 8, height: (last - first) * ROW, "aria-hidden": "true" });
  picture.style.top = `${first * ROW}px`;
  const middle = (index) => (Math.max(first - 2, Math.min(last + 2, index)) - first) * ROW + ROW / 2;
  for (const { from, to, start, end } of lanes.edges) {
    if (to < first || from > last) continue;
    const [x, y, right, down] = [across(start), middle(from), across(end), middle(to)];
    const path = start === end || from < first - 2 ? `M${right} ${y}V${down}` : `M${x} ${y}C${x} ${y + 22} ${right} ${y + 6} ${right} ${y + 34}V${down}`;
    picture.append(svg("path", { d: path, class: `lane lane-${end % 5}` }));
  }
  for (const version of known.slice(first, last)) {
    const lane = lanes.lane.get(version.number);
    picture.append(svg("circle", { cx: across(lane), cy: middle(lanes.row.get(version.number)), r: version.number === head ? 5.5 : 4, class: `dot lane-${lane % 5}${version.number === head ? " head" : ""}` }));
  }
  return picture;
}

function step(event) {
  const now = lanes.row.get(shown) ?? known.length - 1;
  const moves = {
    ArrowDown: () => known[now + 1],
    ArrowUp: () => known[now - 1],
    ArrowLeft: () => known[lanes.row.get(known[now]?.parent)],
    ArrowRight: () => known.find((version) => version.parent === shown),
    Home: () => known[0],
    End: () => known.at(-1),
  };
  if (!moves[event.key] || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  event.stopPropagation();
  const next = moves[event.key]();
  if (next) on.look({ version: next.number });
}

// The version some steps away, in order of making.
export function beside(steps) {
  const now = lanes.row.get(shown) ?? known.length - 1;
  return known[now + steps]?.number;
}

box.addEventListener("keydown", step);
box.addEventListener("click", (event) => {
  const version = event.target.closest(".version")?.dataset.version;
  if (version) on.look({ version });
});
box.addEventListener("dragstart", (event) => {
  event.dataTransfer.setData("text/x-easel-version", event.target.closest(".version").dataset.version);
});
nav.addEventListener("scroll", () => {
  waiting ||= requestAnimationFrame(() => { waiting = 0; draw(); });
});
new ResizeObserver(() => { if (known.length) draw(); }).observe(nav);
compact.addEventListener("change", () => { place(); draw(); });

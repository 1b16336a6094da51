// What do the keys do, and what do all pages share: theme, pop-ups, the finder, the sheet of keys?

import * as easel from "./api.js";
import { at, decorate, element, sized, toast } from "./dom.js";
import { _ } from "./text.js";

const COMMON = [["?", _("Show this help")], ["Ctrl K", _("Find a canvas")], ["/", _("Go to the message box")], ["N", _("New canvas")]];
const THEMES = ["", "light", "dark"];
let found = [];
let chosen = 0;
let asked = 0;

// `keys`: [key, what it does, what is to be done]
export function shortcuts(keys) {
  const caps = (key) => key.split(" ").map((one) => element("kbd", {}, { ArrowLeft: "←", ArrowRight: "→" }[one] ?? (one.length === 1 ? one.toUpperCase() : one)));
  at("#keys dl").append(...[...COMMON, ...keys].flatMap(([key, what]) => [element("dt", {}, ...caps(key)), element("dd", {}, what)]));
  const does = new Map(keys.flatMap(([key, , act]) => key.split(" ").map((one) => [one, act])));
  addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      event.preventDefault();
      return find();
    }
    if (event.key === "Escape") return escape(event, does);
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return undefined;
    if (event.target.closest?.("input, textarea, select, [role=listbox], [role=menu], summary")) return undefined;
    const act = { "?": help, "/": () => at("#text").focus(), n: () => location.assign(easel.address("/")) }[event.key] ?? does.get(event.key.length === 1 ? event.key.toLowerCase() : event.key);
    if (!act) return undefined;
    event.preventDefault();
    return act();
  });
}

function escape(event, does) {
  const open = at("details.pop[open]");
  if (open) {
    open.open = false;
    at("summary", open).focus();
  } else if (!document.querySelector("dialog[open]")) does.get("Escape")?.();
}

export function help() {
  at("#keys").showModal();
}

function theme() {
  const next = THEMES[(THEMES.indexOf(document.documentElement.dataset.theme) + 1) % THEMES.length];
  document.documentElement.dataset.theme = next;
  localStorage.setItem("easel.theme", next);
  toast({ "": _("Theme: same as your system."), light: _("Theme: light."), dark: _("Theme: dark.") }[next], { seconds: 2 });
}

export function find() {
  at("#finder input").value = "";
  at("#finder").showModal();
  look();
}

async function look() {
  const now = ++asked;
  const words = at("#finder input").value.trim();
  const answer = await easel.threads({ limit: 12, q: words }).catch(() => ({ threads: [] }));
  if (now !== asked) return;
  found = answer.threads;
  chosen = 0;
  list();
}

function list() {
  at("#found").replaceChildren(...found.map((thread, index) => {
    const line = element("li", { role: "option", id: `found-${index}` }, thread.image ? element("img", { src: sized(thread.image, 160), alt: "" }) : element("span", { className: "blank" }), element("span", { dir: "auto" }, thread.title));
    line.setAttribute("aria-selected", String(index === chosen));
    line.addEventListener("click", () => location.assign(easel.address(`/t/${thread.id}`)));
    return line;
  }));
  if (!found.length) at("#found").append(element("li", { className: "none", role: "option", ariaDisabled: "true" }, _("No matching canvases.")));
  at("#finder input").setAttribute("aria-activedescendant", `found-${chosen}`);
  at("#found [aria-selected=true]")?.scrollIntoView({ block: "nearest" });
}

at("#finder input").addEventListener("input", look);
at("#finder input").addEventListener("keydown", (event) => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step && found.length) {
    event.preventDefault();
    chosen = (chosen + step + found.length) % found.length;
    list();
  } else if (event.key === "Enter" && found[chosen]) location.assign(easel.address(`/t/${found[chosen].id}`));
});
for (const dialog of document.querySelectorAll("dialog")) {
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close("cancel"); });
}
// one pop-up at a time, and none when one presses elsewhere
addEventListener("pointerdown", (event) => {
  for (const open of document.querySelectorAll("details.pop[open]")) if (!open.contains(event.target)) open.open = false;
});
decorate();
at("#theme").addEventListener("click", theme);
at("#help").addEventListener("click", help);
at("#language").addEventListener("change", ({ target }) => {
  document.cookie = `easel_language=${target.value};path=${easel.address("/")};max-age=31536000;samesite=lax`;
  location.reload();
});
at("#find")?.addEventListener("click", find);

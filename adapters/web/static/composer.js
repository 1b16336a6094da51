// What does the box send, and what does it cost? A draft outlives a reload; words that were not taken come back.

import * as easel from "./api.js";
import { at, button, compact, dollars, element, memory } from "./dom.js";
import { attached, carry } from "./attach.js";
import { _, ngettext } from "./text.js";

const OPTIONS = ["size", "quality", "n", "model"];
// each as it is read, by what the built-in model understands
const SUGGESTIONS = {
  "make it night": _("make it night"),
  "zoom out": _("zoom out"),
  "make it a watercolor": _("make it a watercolor"),
  "add a person": _("add a person"),
  "make it snow": _("make it snow"),
  "make it brighter": _("make it brighter"),
  "add a title": _("add a title"),
};
const text = at("#text");
let source = null; // the version that is edited instead of the head
let event = easel.newEvent();
let form = null;
let place = "home";
let suffix = ""; // what is said beside the words: about the marks
let on = null;

export const person = () => at("#name").value.trim() || "Somebody";

export function notice(said, well = false) {
  at("#notice").textContent = said;
  at("#notice").className = well ? "well" : "";
}

// `handlers`: send(kept) delivers, edited(source) hears that the chip is closed.
export function compose(where, handlers) {
  place = where;
  on = handlers;
  text.value = memory.get(`draft.${place}`, "");
  grow();
}

// Which sizes, qualities and models there are, and what they cost.
export function offer(asked) {
  form = asked;
  for (const name of OPTIONS) {
    const field = form.fields.find((one) => one.name === name);
    const select = at(`#${name}`);
    const usual = field?.choices.find((one) => one.value === field.value)?.label ?? field?.value;
    select.closest("label").hidden = !field;
    if (field) select.replaceChildren(element("option", { value: "" }, usual), ...field.choices.filter((one) => one.value !== field.value).map((one) => element("option", { value: one.value }, one.label)));
  }
  price();
}

const chosen = (name) => at(`#${name}`).value || form?.fields.find((one) => one.name === name)?.value || "";

function price() {
  const summary = at("#options summary span");
  const names = [at("#size").value.replace("x", "×"), at("#quality").value, at("#n").value && ngettext("{count} picture", "{count} pictures", Number(at("#n").value)), at("#model").value].filter(Boolean);
  summary.textContent = names.join(" · ") || _("Options");
  summary.classList.toggle("unseen", !names.length && place !== "home");
  if (!form) return;
  const key = `${chosen("size")} ${chosen("quality")}`.trim();
  const other = at("#model").value;
  const one = form.prices[other ? `${other} ${key}` : key] ?? (other ? undefined : form.price);
  const all = one === undefined || one === null ? null : one * Number(chosen("n") || 1);
  at("#price").textContent = all === null ? "" : all === 0 ? _("free") : _("about {amount}", { amount: dollars(all) });
}

// Which version is edited: the head, or this one.
export function aim(version, head, mode) {
  source = version;
  at("#editing").hidden = !head || mode === "talking";
  at("#editing b").textContent = version ?? head ?? "";
  at("#editing").classList.toggle("other", version !== null);
  at("#editing button").hidden = version === null;
  text.placeholder = mode === "talking" ? _("Talk freely…") : head ? _("Say what to change in {version}…", { version: version ?? head }) : _("Say what to draw…");
}

// What else could be done with the picture: ideas nobody has asked for here yet, in the box at a press.
export function suggest(asked) {
  const said = (idea) => asked.some((words) => words.toLowerCase().includes(idea.toLowerCase()));
  const ideas = Object.entries(SUGGESTIONS).filter((both) => !both.some(said)).slice(0, 3);
  at("#suggestions").hidden = !asked.length || !ideas.length;
  at("#suggestions").replaceChildren(...ideas.map(([plain, idea]) => element("li", {}, button(idea, { className: "chip", onclick: () => fill(form?.price === 0 ? plain : idea) }))));
}

export function write(kept) {
  text.value = kept.text;
  event = kept.event;
  suffix = kept.suffix ?? "";
  carry(kept.files);
  draft();
  grow();
}

export function annotate(words) {
  suffix = words;
}

export function fill(words) {
  text.value = words;
  draft();
  grow();
  text.focus();
}

function submit(submitted) {
  submitted.preventDefault();
  const said = text.value.trim();
  if (!said) return;
  at("#options").open = false;
  const message = { text: suffix ? `${said}\n${suffix}` : said, person: person(), event };
  for (const name of OPTIONS) if (at(`#${name}`).value) message[name] = at(`#${name}`).value;
  if (source) message.source = source;
  const kept = { text: text.value, files: attached(), source, event, message, suffix };
  write({ text: "", files: [], event: easel.newEvent() });
  attempt(kept);
}

// The box is free for the next words at once; words that were not taken come back, under their event,
// so that sending them again draws nothing twice.
async function attempt(kept) {
  try {
    await on.send(kept);
    for (const name of OPTIONS) at(`#${name}`).value = ""; // for one message; “From now on…” is for all
    price();
  } catch (error) {
    if (text.value) keep(kept);
    else write(kept);
    notice(error.message);
  }
}

// What was not taken while somebody typed on waits above the box, and is sent again under its event.
function keep(kept) {
  const line = element("li", {}, _("Not sent: "), element("q", { dir: "auto" }, kept.message.text), " ",
    button(_("Send again"), { onclick: () => { line.remove(); attempt(kept); } }), button(_("Discard"), { className: "ghost", onclick: () => line.remove() }));
  at("#unsent").append(line);
}

function draft() {
  memory.set(`draft.${place}`, text.value || null);
}

function grow() {
  text.style.height = "auto";
  text.style.height = `${text.scrollHeight + 2}px`;
}

at("#composer").addEventListener("submit", submit);
text.addEventListener("input", () => { grow(); draft(); });
text.addEventListener("keydown", (key) => {
  if (key.key === "Enter" && !key.shiftKey && !key.isComposing) {
    key.preventDefault();
    at("#composer").requestSubmit();
  }
});
for (const name of OPTIONS) at(`#${name}`).addEventListener("change", price);
at("#editing button").addEventListener("click", () => on.edited(null));
if (!at("#name").readOnly) at("#name").value = localStorage.getItem("easel.name") ?? ""; // else who is signed in
at("#name").addEventListener("change", () => localStorage.setItem("easel.name", at("#name").value.trim()));
if (!compact.matches) text.focus({ preventScroll: true }); // on a phone its keyboard would cover the picture

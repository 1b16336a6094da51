// How are elements, icons, prices, times and short messages made? Text is text, never markup.

import { PATHS } from "./icons.js";
import { _, language, locale } from "./text.js";

export const at = (selector, within = document) => within.querySelector(selector);
export const compact = matchMedia("(max-width: 68rem)");

export function element(name, properties = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (key === "dataset") Object.assign(made.dataset, value);
    else if (key in made) made[key] = value;
    else made.setAttribute(key, value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
  if (properties.dataset?.icon) made.prepend(icon(properties.dataset.icon));
  return made;
}

export function svg(name, attributes = {}, ...children) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

export function icon(name) {
  const made = svg("svg", { viewBox: "0 0 24 24", class: "icon", "aria-hidden": "true" });
  for (const path of PATHS[name].split("|")) made.append(svg("path", { d: path }));
  return made;
}

// What the page came with gets its icons; what is made here has them already.
export function decorate() {
  for (const one of document.querySelectorAll("[data-icon]")) if (!at(".icon", one)) one.prepend(icon(one.dataset.icon));
}

export function button(label, properties, ...children) {
  const { icon: sign, onclick, ...rest } = properties;
  const made = element("button", { type: "button", ...rest }, sign ? icon(sign) : null, label ? element("span", {}, label) : null, ...children);
  if (onclick) made.addEventListener("click", () => onclick(made));
  return made;
}

export function dollars(price) {
  if (price === null || price === undefined) return "";
  if (price === 0) return _("free");
  const number = price.toFixed(price < 0.1 ? 3 : 2);
  return _("${number}", { number: ["de", "fr", "es", "pt-BR"].includes(language) ? number.replace(".", ",") : number });
}

const clock = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit" });
const day = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short" });
const full = new Intl.DateTimeFormat(locale, { dateStyle: "full", timeStyle: "short" });

// When something was asked, in the reader's own time; the day is said where it is another.
export function time(seconds, className = "") {
  if (!seconds) return null;
  const then = new Date(seconds * 1000);
  const today = then.toDateString() === new Date().toDateString();
  return element("time", { className, dateTime: then.toISOString(), title: full.format(then) }, today ? clock.format(then) : day.format(then));
}

// A picture in one of the sizes that are made once, or as it is.
export const sized = (image, width) => `${image.url}?width=${width}`;

let hiding = 0;

// Say something at the edge of the page for a while; `undo` stands beside it.
export function toast(text, { undo = null, seconds = 6, bad = false } = {}) {
  const box = at("#toast");
  clearTimeout(hiding);
  box.replaceChildren();
  box.hidden = !text;
  if (!text) return;
  box.classList.toggle("bad", bad);
  box.append(element("span", {}, text));
  if (undo) box.append(button(_("Undo"), { onclick: () => { box.hidden = true; undo(); } }));
  box.append(button("", { icon: "close", className: "ghost", ariaLabel: _("Dismiss"), onclick: () => { box.hidden = true; } }));
  if (!bad) hiding = setTimeout(() => { box.hidden = true; }, seconds * 1000);
}

const initials = (name) => (name.trim().match(/\p{L}|\p{N}/gu) ?? ["?"])[0].toUpperCase();

export function avatar(name) {
  let sum = 0;
  for (const letter of name) sum = (sum * 31 + letter.codePointAt(0)) % 360;
  const made = element("span", { className: "avatar", title: name, ariaHidden: "true" }, initials(name));
  made.style.setProperty("--hue", sum);
  return made;
}

// What is remembered in this browser; a browser that keeps nothing is no fault.
export const memory = {
  get(key, otherwise) {
    try {
      return JSON.parse(localStorage.getItem(`easel.${key}`)) ?? otherwise;
    } catch {
      return otherwise;
    }
  },
  set(key, value) {
    try {
      localStorage.setItem(`easel.${key}`, JSON.stringify(value));
    } catch { /* it is full, or not allowed */ }
  },
};

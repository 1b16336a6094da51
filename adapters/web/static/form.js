// How is a form filled? A dialog asks its fields; what it gives goes back as `fields`.

import { address } from "./api.js";
import { dollars, element } from "./dom.js";
import { _ } from "./text.js";

export function ask(form) {
  const dialog = document.querySelector("#form");
  dialog.querySelector("h2").textContent = form.title;
  dialog.querySelector(".send").textContent = form.submit;
  dialog.querySelector(".fields").replaceChildren(...form.fields.map(field));
  dialog.querySelector(".fields").onchange = () => price(dialog, form);
  price(dialog, form);
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      if (dialog.returnValue !== "submit") return resolve(null);
      return resolve(given(dialog));
    }, { once: true });
  });
}

function given(dialog) {
  return Object.fromEntries([...dialog.querySelectorAll("[name]:not([type=file])")].map((input) => [input.name, input.value]));
}

// The pictures that were chosen or dropped in a form that was just filled.
export const chosen = () => [...document.querySelector("#form").querySelectorAll("[type=file]")].flatMap((input) => [...input.files]);

// The price follows what is chosen, as far as the form tells; of another model it is not known here.
function price(dialog, form) {
  const { size, quality = "", n = "1", model } = given(dialog);
  const other = model !== undefined && model !== form.fields.find((one) => one.name === "model").value;
  const one = form.prices[`${size} ${quality}`.trim()];
  const costs = other ? null : one === undefined ? form.price : one * Number(n || 1);
  const said = dollars(costs);
  dialog.querySelector(".price").textContent = said ? (costs === 0 ? _("Drawing this is free.") : _("Drawing this costs about {amount}.", { amount: said })) : "";
}

function field(one) {
  if (one.kind === "files") return pictures(one);
  const input = one.kind === "text"
    ? element("textarea", { name: one.name, rows: one.rows ?? (one.optional ? 2 : 4), required: !one.optional, value: one.value })
    : element("select", { name: one.name }, ...one.choices.map((choice) => element("option", { value: choice.value, selected: choice.value === one.value }, choice.label)));
  return element("label", {}, one.label, input);
}

// Pictures: those that are there, and room to drop or choose more.
function pictures(one) {
  const input = element("input", { type: "file", name: one.name, accept: one.accept ?? "image/*,.heic,.heif,.avif", multiple: !one.accept });
  const there = one.choices.map((choice) => element("img", { src: address(`/images/${choice.value}?width=160`), alt: choice.label, title: choice.label }));
  const made = element("label", { className: "pictures" }, one.label, element("span", { className: "there" }, ...there), input);
  made.addEventListener("dragover", (event) => event.preventDefault());
  made.addEventListener("drop", (event) => {
    event.preventDefault();
    event.stopPropagation();
    if (event.dataTransfer.files.length) input.files = event.dataTransfer.files;
  });
  return made;
}

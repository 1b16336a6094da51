// How is a form filled? A dialog asks its fields; what it gives goes back as `fields`.

import { dollars, element } from "./cards.js";

export function ask(form) {
  const dialog = document.querySelector("#form");
  dialog.querySelector("h2").textContent = form.title;
  dialog.querySelector(".send").textContent = form.submit;
  const price = dollars(form.price);
  dialog.querySelector(".price").textContent = price ? `Drawing this costs about ${price}.` : "";
  dialog.querySelector(".fields").replaceChildren(...form.fields.map(field));
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      if (dialog.returnValue !== "submit") return resolve(null);
      const given = [...dialog.querySelectorAll("[name]")].map((input) => [input.name, input.value]);
      return resolve(Object.fromEntries(given));
    }, { once: true });
  });
}

function field(one) {
  const input = one.kind === "text"
    ? element("textarea", { name: one.name, rows: 3, required: true, value: one.value })
    : element("select", { name: one.name }, ...one.choices.map((choice) => element("option", { value: choice.value, selected: choice.value === one.value }, choice.label)));
  return element("label", {}, one.label, input);
}

// What does the link of a code do? It copies the canvas, once a tab, and goes there.

import * as easel from "./api.js";

const code = decodeURIComponent(location.pathname.split("/").at(-1));
const key = `easel.continue.${code}`;
const event = sessionStorage.getItem(key) ?? easel.newEvent();
sessionStorage.setItem(key, event);
try {
  const person = localStorage.getItem("easel.name") ?? "";
  const { thread } = await easel.begin({ text: `continue ${code}`, person, event });
  location.replace(easel.address(`/t/${thread}`));
} catch (error) {
  sessionStorage.removeItem(key);
  document.querySelector("#said").textContent = error.message;
}

// What does the link of a code do? It copies the canvas, once a tab, and goes there.

import * as easel from "./api.js";
import { _ } from "./text.js";

const code = decodeURIComponent(location.pathname.split("/").at(-1));
const key = `easel.continue.${code}`;

async function copy() {
  // whatever else a link says must not become a prompt
  if (!/^[a-z2-7]{4}-[a-z2-7]{4}-[a-z2-7]{4}$/i.test(code)) throw new Error(_("That isn't a code. Copy the link again."));
  const event = sessionStorage.getItem(key) ?? easel.newEvent();
  sessionStorage.setItem(key, event);
  const person = localStorage.getItem("easel.name") ?? "";
  const { thread } = await easel.begin({ text: `continue ${code}`, person, event });
  location.replace(easel.address(`/t/${thread}`));
}

copy().catch((error) => {
  sessionStorage.removeItem(key);
  document.querySelector("#said").textContent = error.message;
});

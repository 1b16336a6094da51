// What is on the first page? A box to begin with, pictures to start from, and all canvases to find again.

import * as easel from "./api.js";
import { watch } from "./attach.js";
import * as composer from "./composer.js";
import { at, toast } from "./dom.js";
import * as gallery from "./gallery.js";
import { shortcuts } from "./keys.js";
import * as batch from "./batch.js";
import * as kit from "./kit.js";
import { followList, rejoin } from "./stream.js";
import * as where from "./where.js";

// the answer that begins a canvas, and how many messages are on their way
let beginning = null;
let sending = 0;

// the first message

async function send(kept) {
  sending += 1;
  try {
    await deliver(kept.message, kept.files);
  } finally {
    sending -= 1;
  }
  if (!sending && beginning) location.assign(easel.address(`/t/${(await beginning).thread}`));
}

// The first message begins the canvas; what is typed before its page is there goes into the same one.
async function deliver(message, pictures) {
  if (beginning) return easel.say((await beginning).thread, message, pictures);
  beginning = easel.begin(message, pictures);
  return beginning.catch((error) => {
    beginning = null;
    throw error;
  });
}

// the gallery

function search() {
  const starred = at("#starred").getAttribute("aria-pressed") === "true";
  gallery.show({ q: at("#search").value.trim(), person: at("#person").value, starred: starred && "true", ...where.chosen() });
}

at("#kit").addEventListener("click", async () => {
  try {
    await kit.change((await easel.kit(composer.person())), composer.person());
  } catch (error) {
    toast(error.message, { bad: true });
  }
});

at("#batch").addEventListener("click", () => batch.begin(composer.person()));

let typing = 0;
watch(() => {});
composer.compose("home", { send, edited() {} });
shortcuts([]);
at("#search").addEventListener("input", () => { clearTimeout(typing); typing = setTimeout(search, 150); });
at("#filters").addEventListener("submit", (event) => { event.preventDefault(); search(); });
at("#person").addEventListener("change", search);
at("#name").addEventListener("change", () => { rejoin(composer.person()); search(); });
at("#starred").addEventListener("click", () => {
  at("#starred").setAttribute("aria-pressed", String(at("#starred").getAttribute("aria-pressed") !== "true"));
  search();
});
at("#ideas").addEventListener("click", (event) => {
  const idea = event.target.closest("[data-idea]")?.dataset.idea;
  if (!idea) return;
  composer.fill(idea);
  at("#composer").requestSubmit();
});
// A page that comes back from the browser's memory begins a canvas of its own, and shows what there is now.
addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  beginning = null;
  search();
});
easel.form().then(composer.offer).catch(() => {});
gallery.open(composer.person);
where.offer(search).catch(() => {});
search();
followList(composer.person(), {
  listed: gallery.changed,
  state: (on) => on && gallery.refresh(),
});

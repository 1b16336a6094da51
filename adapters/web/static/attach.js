// Which pictures go along with a message? Picked, pasted, dropped, or dragged out of the tree.

import { at, button, element, toast } from "./dom.js";
import { _, ngettext } from "./text.js";

const most = Number(at("#attach").dataset.most);
let files = [];
let changed = () => {};
let fetched = null;

export const attached = () => files;

// `version` gives the picture of a number that is dragged out of the tree.
export function watch(told, version = null) {
  changed = told;
  fetched = version;
}

export function attach(found) {
  const pictures = [...found].filter((file) => file.type.startsWith("image/") || /\.(heic|heif|avif)$/i.test(file.name));
  const left = [...files, ...pictures].slice(most).map((file) => file.name);
  if (left.length) toast(ngettext("A message can include up to {most} pictures: {names} was left out.", "A message can include up to {most} pictures: {names} were left out.", left.length, { most, names: left.join(", ") }), { bad: true });
  carry([...files, ...pictures].slice(0, most));
}

export function carry(given) {
  files = given;
  at("#files").hidden = !files.length;
  at("#files").replaceChildren(...files.map((file) => {
    const image = element("img", { src: URL.createObjectURL(file), alt: file.name, title: file.name });
    image.addEventListener("load", () => URL.revokeObjectURL(image.src), { once: true });
    return element("li", {}, image, button("", { icon: "close", className: "ghost", title: _("Remove {name}", { name: file.name }), ariaLabel: _("Remove {name}", { name: file.name }), onclick: () => carry(files.filter((one) => one !== file)) }));
  }));
  changed();
}

async function dropped(event) {
  event.preventDefault();
  document.body.classList.remove("dropping");
  const version = event.dataTransfer.getData("text/x-easel-version");
  const image = version && fetched?.(version);
  if (!image) return attach(event.dataTransfer.files);
  const data = await (await fetch(image.url)).blob();
  return attach([new File([data], `${version}.${image.type.split("/")[1]}`, { type: image.type })]);
}

at("#attach").addEventListener("change", () => { attach(at("#attach").files); at("#attach").value = ""; });
addEventListener("paste", (pasted) => attach(pasted.clipboardData.files));
addEventListener("dragover", (over) => { over.preventDefault(); document.body.classList.add("dropping"); });
addEventListener("dragleave", (left) => { if (!left.relatedTarget) document.body.classList.remove("dropping"); });
addEventListener("drop", dropped);

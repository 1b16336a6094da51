// What does a card look like? State in, elements out. Text is text, never markup.

export function element(name, properties = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (key === "dataset") Object.assign(made.dataset, value);
    else if (key in made) made[key] = value;
    else made.setAttribute(key, value);
  }
  made.append(...children.filter((child) => child !== null && child !== ""));
  return made;
}

export function dollars(price) {
  if (price === null || price === undefined) return "";
  return price === 0 ? "free" : `$${price.toFixed(price < 0.1 ? 3 : 2)}`;
}

export function card(turn, preview, { press, zoom, edit }) {
  const shown = turn.card.images.map((image, number) => picture(image, turn.card.captions[number] || image.number, zoom));
  if (!shown.length && preview && turn.state === "drawing") {
    shown.push(element("figure", {}, element("img", { className: "preview", src: preview, alt: "An unfinished preview" })));
  }
  const parts = turn.card;
  if (turn.kind === "control") {
    return element("article", { className: "card control", id: `card-${turn.id}`, dataset: { state: turn.state } },
      element("p", { className: "text" }, element("b", {}, turn.person), ` ${turn.text}`, parts.text && parts.text !== turn.text ? ` — ${parts.text}` : ""),
      shown.length ? element("div", { className: "images" }, ...shown) : null,
      buttons(turn, press, edit));
  }
  return element("article", { className: "card", id: `card-${turn.id}`, dataset: { state: turn.state } },
    element("p", { className: "wish" }, element("b", {}, turn.person), turn.text),
    turn.files.length ? element("ul", { className: "files" }, ...turn.files.map((file) => element("li", {}, element("img", { src: file.url, alt: file.name })))) : null,
    parts.title ? element("div", { className: "title" }, parts.title) : null,
    shown.length ? element("div", { className: "images" }, ...shown) : null,
    turn.reply ? element("p", { className: "reply" }, turn.reply) : null,
    parts.text ? element("p", { className: "text" }, parts.text) : null,
    parts.detail ? element("p", { className: "detail" }, parts.detail) : null,
    buttons(turn, press, edit));
}

// What is seldom wanted waits behind “More”.
const SELDOM = new Set(["export", "delete"]);

function buttons(turn, press, edit) {
  if (!turn.card.buttons.length) return null;
  const made = turn.card.buttons.map((button) => control(button, turn, press, edit));
  const rest = made.filter((button) => SELDOM.has(button.dataset.action));
  return element("div", { className: "buttons" }, ...made.filter((button) => !rest.includes(button)),
    rest.length ? element("details", {}, element("summary", {}, "More"), ...rest) : null);
}

function picture(image, caption, zoom) {
  const shown = element("img", { src: image.url, alt: image.alt, width: image.width, height: image.height, loading: "lazy", tabIndex: 0, role: "button" });
  shown.addEventListener("click", () => zoom(image));
  shown.addEventListener("keydown", (event) => { if (event.key === "Enter") zoom(image); });
  return element("figure", {}, shown, element("figcaption", {}, caption));
}

function control(button, turn, press, edit) {
  const price = dollars(button.price);
  const made = element("button", { type: "button", className: button.primary ? "primary" : "", dataset: { action: button.action } },
    button.label, price && price !== "free" ? element("small", {}, price) : null);
  made.addEventListener("click", () => {
    if (button.action === "edit") edit(button.version);
    else press({ action: button.action, turn: turn.id, version: button.version, ...(button.value ? { fields: { value: button.value } } : {}) }, made);
  });
  return made;
}

export function version(image, head, go) {
  const made = element("button", { type: "button", title: `Go back to ${image.number}`, dataset: { version: image.number } },
    element("img", { src: image.url, alt: "" }), image.parent ? `${image.number} ← ${image.parent}` : image.number);
  if (image.number === head) made.setAttribute("aria-current", "true");
  made.addEventListener("click", () => go(image.number));
  return element("li", {}, made);
}

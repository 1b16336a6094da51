// What does a card look like? State in, elements out. Text is text, never markup.

// What is seldom wanted waits behind “More”.
const SELDOM = new Set(["export", "delete"]);

// What belongs to one of several pictures stands below it.
const OF_PICTURE = new Set(["choose", "vote"]);

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

export function card(turn, preview, on) {
  const made = turn.kind === "talk" ? talk(turn) : turn.kind === "control" ? done(turn, on) : wish(turn, preview, on);
  return element("article", { className: `card ${turn.kind === "wish" ? "" : turn.kind}`.trim(), id: `card-${turn.id}`, dataset: { state: turn.state } }, ...made);
}

function talk(turn) {
  return [element("p", { className: "text" }, element("b", {}, turn.person), " ", turn.text), files(turn)];
}

function files(turn) {
  return turn.files.length ? element("ul", { className: "files" }, ...turn.files.map((file) => element("li", {}, element("img", { src: file.url, alt: file.name })))) : null;
}

function done(turn, on) {
  const said = turn.card.text && turn.card.text !== turn.text ? turn.card.text : "";
  return [
    element("p", { className: "text" }, element("b", {}, turn.person), ` ${turn.text}`),
    said ? element("p", { className: "text said" }, said) : null,
    ...pictures(turn, null, on),
    below(turn, on),
  ];
}

function wish(turn, preview, on) {
  const parts = turn.card;
  const ticks = parts.buttons.filter((button) => button.action === "tick");
  const hinted = parts.buttons.some((button) => button.hint);
  return [
    element("p", { className: "wish" }, element("b", {}, turn.person), turn.text),
    files(turn),
    parts.title ? element("div", { className: "title" }, parts.title) : null,
    ...pictures(turn, preview, on),
    turn.reply && !hinted ? element("p", { className: "reply" }, turn.reply) : null,
    ticks.length ? element("ul", { className: "ticks" }, ...ticks.map((button) => element("li", {}, tick(button, turn, on)))) : null,
    parts.text ? element("p", { className: "text" }, parts.text) : null,
    parts.detail ? element("p", { className: "detail" }, parts.detail) : null,
    below(turn, on),
  ];
}

function pictures(turn, preview, on) {
  const { images, captions, buttons } = turn.card;
  const several = images.length > 1;
  const shown = images.map((image, number) => {
    const own = several ? buttons.filter((button) => OF_PICTURE.has(button.action) && button.version === image.number) : [];
    return picture(image, captions[number] || image.number, own, turn, on);
  });
  if (!shown.length && preview && turn.state === "drawing") {
    const [width, height] = turn.output.size.split("x").map(Number);
    shown.push(shaped(element("figure", {}, element("img", { className: "preview", src: preview, alt: "An unfinished preview", width, height })), width / height));
  }
  return shown.length ? [element("div", { className: several ? "images several" : "images" }, ...shown)] : [];
}

function picture(image, caption, buttons, turn, on) {
  const shown = element("img", { src: image.url, alt: image.alt, width: image.width, height: image.height, loading: "lazy" });
  const large = element("button", { type: "button", className: "large", title: "See it large", dataset: { key: `large ${image.number}` } }, shown);
  large.addEventListener("click", () => on.zoom(image));
  return shaped(element("figure", { dataset: { version: image.number } }, large,
    element("figcaption", {}, element("span", {}, caption)),
    buttons.length ? element("div", { className: "buttons" }, ...buttons.map((button) => control(button, turn, on))) : null), image.width / image.height);
}

// Its place is kept before a picture is loaded, so that nothing below it moves.
function shaped(figure, ratio) {
  figure.style.setProperty("--ratio", ratio || 1);
  return figure;
}

// All buttons that stand neither below a picture nor beside a direction.
function below(turn, on) {
  const { images, buttons } = turn.card;
  const numbers = images.length > 1 ? images.map((image) => image.number) : [];
  const left = buttons.filter((button) => button.action !== "tick" && !(OF_PICTURE.has(button.action) && numbers.includes(button.version)));
  if (!left.length) return null;
  const made = left.map((button) => control(button, turn, on));
  const rest = made.filter((button) => SELDOM.has(button.dataset.action));
  return element("div", { className: "buttons" }, ...made.filter((button) => !rest.includes(button)),
    rest.length ? element("details", {}, element("summary", {}, "More"), ...rest) : null);
}

function control(button, turn, on) {
  const price = dollars(button.price);
  const made = element("button", { type: "button", className: button.primary ? "primary" : "", dataset: { action: button.action, key: key(button) } },
    button.label, price && price !== "free" ? element("small", {}, price) : null);
  made.addEventListener("click", () => {
    if (button.action === "edit") on.edit(button.version);
    else on.press(asked(button, turn), made);
  });
  return made;
}

function tick(button, turn, on) {
  const made = element("button", { type: "button", className: "tick", role: "checkbox", dataset: { action: "tick", key: key(button) } },
    element("b", {}, button.label), " ", button.hint);
  made.setAttribute("aria-checked", String(button.label.startsWith("☑")));
  made.addEventListener("click", () => on.press(asked(button, turn), made));
  return made;
}

function asked(button, turn) {
  return { action: button.action, turn: turn.id, version: button.version, ...(button.value ? { fields: { value: button.value } } : {}) };
}

// Names a button within its card, so that it is found again when the card is drawn anew.
function key(button) {
  return `${button.action} ${button.version ?? ""} ${button.value}`;
}

export function version(image, head, go) {
  const made = element("button", { type: "button", title: `Go back to ${image.number}`, dataset: { version: image.number } },
    element("img", { src: image.url, alt: "" }), image.parent ? `${image.number} ← ${image.parent}` : image.number);
  if (image.number === head) made.setAttribute("aria-current", "true");
  made.addEventListener("click", () => go(image.number));
  return element("li", {}, made);
}

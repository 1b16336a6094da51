// In which language does the page speak? `_("Undo")`; with names in it, `_("Back to {version}", { version })`.

import { language, texts } from "../texts.js";

export { language };

const fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);

export const _ = (text, values = {}) => fill(texts[text] || text, values);

const ONE = { ja: () => true, fr: (count) => count < 2, "pt-BR": (count) => count < 2 }[language] ?? ((count) => count === 1);

export function ngettext(one, many, count, values = {}) {
  const [first, others = first] = texts[one] ?? [one, many];
  return fill(ONE(count) ? first : others, { count, ...values });
}

// Dates are written as the browser writes them, unless it speaks another language.
export const locale = navigator.language.split("-")[0] === language.split("-")[0] ? undefined : language;

// What is pinned: colors, words and pictures that go along with every new canvas?

import * as easel from "./api.js";
import { toast } from "./dom.js";
import { ask, chosen } from "./form.js";

// Fill the form, and save what it holds; what is refused is said by an Error.
export async function change(form, person) {
  const fields = await ask(form);
  if (!fields) return;
  const { whose, ...given } = fields;
  toast((await easel.pin({ ...given, person }, chosen())).says);
}

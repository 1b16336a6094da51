// How is a list of prompts begun? Written or dropped in a form; its page shows the price before anything is drawn.

import * as easel from "./api.js";
import { toast } from "./dom.js";
import { ask, chosen } from "./form.js";
import { _ } from "./text.js";

const form = (text) => ({
  title: _("Draw a batch"),
  submit: _("See the price"),
  price: null,
  prices: {},
  fields: [
    { name: "text", kind: "text", label: _("One prompt a line, up to {most}: a red fox size:portrait quality:high", { most: 50 }), value: text, optional: true, rows: 8 },
    { name: "list", kind: "files", label: _("Or drop a CSV or text file here; a CSV has the columns prompt, size, quality, model"), accept: ".csv,.tsv,.txt,text/csv,text/plain", choices: [] },
  ],
});

// Ask until a list is taken or nobody wants it any more; what is wrong with it is said, and its words stay.
export async function begin(person) {
  const event = easel.newEvent();
  let fields = { text: "" };
  while ((fields = await ask(form(fields.text)))) {
    try {
      const { thread } = await easel.batch({ text: fields.text, person, event }, chosen());
      location.assign(easel.address(`/t/${thread}`));
      return;
    } catch (error) {
      toast(error.message, { bad: true });
    }
  }
}

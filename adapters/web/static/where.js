// Where is a canvas: on this page, or in a chat that an operator sees?

import * as easel from "./api.js";
import { at, element } from "./dom.js";
import { _ } from "./text.js";

const NAMES = { slack: "Slack", discord: "Discord" };
export const PAGE = "web";
export const named = (platform) => (platform === PAGE ? _("This page") : NAMES[platform] ?? platform);

// "Slack · C07"; nothing for a canvas of this page.
export const told = ({ platform, channel }) => (platform === PAGE ? "" : [named(platform), channel].filter(Boolean).join(" · "));

// Offer an operator the platforms and channels in which something was drawn; `changed` is called with each choice.
export async function offer(changed) {
  const select = at("#where");
  if (!select) return;
  const { channels } = await easel.channels();
  const elsewhere = channels.filter((one) => one.platform !== PAGE);
  if (!elsewhere.length) return;
  const option = (label, wanted) => element("option", { value: new URLSearchParams(wanted).toString() }, label);
  select.append(option(_("Everywhere"), { platform: "*" }));
  for (const platform of new Set(elsewhere.map((one) => one.platform))) {
    const those = elsewhere.filter((one) => one.platform === platform);
    const many = new Set(those.map((one) => one.workspace)).size > 1;
    select.append(element("optgroup", { label: named(platform) }, option(_("All of {platform}", { platform: named(platform) }), { platform }),
      ...those.map((one) => option(many ? `${one.workspace} · ${one.channel}` : one.channel, one))));
  }
  select.hidden = false;
  at("#gallery").hidden = false;
  select.addEventListener("change", changed);
}

// Is there anything to choose?
export const isOffered = () => at("#where")?.hidden === false;

// What is chosen, for the list: nothing, or a platform, a workspace and a channel.
export const chosen = () => Object.fromEntries(new URLSearchParams(at("#where")?.value ?? ""));

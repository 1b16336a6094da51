// How do all tabs of a browser follow what they show over one connection? A browser has six to a host.
//
// The tab that holds the lock follows for all, and tells the others over a channel; when it is closed, the
// next one does. Where there are no locks (plain http from another machine) each tab follows for itself.

import { address } from "./api.js";

const channel = navigator.locks ? new BroadcastChannel("easel") : null;
// what this tab follows: a thread after a revision, or, as a viewer, the list of all; and who is told
let mine = null;
// where this tab follows for all: their threads, after which revisions, and whose list
let all = null;
let viewer = null;
let source = null;
let opening = 0;

const wanted = () => ({ joins: true, thread: mine.thread, after: mine.after, viewer: mine.viewer });

export function followThread(thread, after, heard) {
  follow({ thread, after: Number(after), heard });
}

export function followList(name, heard) {
  follow({ viewer: name, heard });
}

// Another name is given: the list is that person's now.
export function rejoin(name) {
  mine.viewer = name;
  if (all) join(wanted());
  else channel.postMessage(wanted());
}

function follow(what) {
  mine = what;
  if (!channel) {
    all = new Map();
    join(mine);
    return;
  }
  channel.addEventListener("message", ({ data }) => listen(data));
  addEventListener("pagehide", () => channel.postMessage({ leaves: true }));
  channel.postMessage(wanted());
  navigator.locks.request("easel stream", () => {
    lead();
    return new Promise(() => {});
  });
}

function lead() {
  all = new Map();
  viewer = null;
  join(mine);
  channel.postMessage({ who: true });
}

function listen(data) {
  if (data.who) channel.postMessage(wanted());
  else if (data.joins) { if (all) join(data); }
  else if (data.leaves) { if (all) lead(); }
  else hear(data);
}

function join(what) {
  if (what.thread) all.set(what.thread, Math.min(Number(what.after), all.get(what.thread) ?? Infinity));
  viewer = what.viewer ?? viewer;
  clearTimeout(opening);
  opening = setTimeout(open, 20);
}

function open() {
  source?.close();
  const query = [...all].map(([thread, after]) => ["follow", `${thread}:${after}`]);
  if (viewer !== null) query.push(["list", "true"], ["viewer", viewer]);
  source = new EventSource(address(`/api/events?${new URLSearchParams(query)}`));
  for (const name of ["card", "preview", "gone", "listed"]) source.addEventListener(name, ({ data }) => tell({ name, ...JSON.parse(data) }));
  source.addEventListener("open", () => tell({ name: "state", on: true }));
  source.addEventListener("error", () => {
    source.close();
    tell({ name: "state", on: false });
    clearTimeout(opening);
    opening = setTimeout(open, 2000);
  });
}

function tell(said) {
  if (said.name === "card" && all.has(said.thread)) all.set(said.thread, Math.max(all.get(said.thread), said.revision));
  if (said.name === "gone") all.delete(said.thread);
  channel?.postMessage(said);
  hear(said);
}

function hear(said) {
  if (said.name === "state") return mine.heard.state(said.on);
  if (said.name === "listed") return mine.heard.listed?.(said.thread, said.data);
  if (said.thread !== mine.thread) return undefined;
  if (said.name === "gone") return mine.heard.gone();
  if (said.name === "card") mine.after = Math.max(mine.after, said.revision);
  return mine.heard[said.name](said.data);
}

// How do all tabs of a browser follow their threads over one connection? A browser has six to a host.
//
// The tab that holds the lock follows for all, and tells the others over a channel; when it is closed, the
// next one does. Where there are no locks (plain http from another machine) each tab follows for itself.

const channel = navigator.locks ? new BroadcastChannel("easel") : null;
// what this tab follows: its thread, after which revision, and who is told
let mine = null;
// where this tab follows for all: their threads, after which revisions
let all = null;
let source = null;
let opening = 0;

export function follow(thread, after, heard) {
  mine = { thread, after: Number(after), heard };
  if (!channel) {
    all = new Map();
    join(mine);
    return;
  }
  channel.addEventListener("message", ({ data }) => listen(data));
  addEventListener("pagehide", () => channel.postMessage({ leaves: thread }));
  channel.postMessage({ joins: true, thread, after });
  navigator.locks.request("easel stream", () => {
    lead();
    return new Promise(() => {});
  });
}

function lead() {
  all = new Map();
  join(mine);
  channel.postMessage({ who: true });
}

function listen(data) {
  if (data.who) channel.postMessage({ joins: true, thread: mine.thread, after: mine.after });
  else if (data.joins) { if (all) join(data); }
  else if (data.leaves) { if (all) lead(); }
  else hear(data);
}

function join({ thread, after }) {
  all.set(thread, Math.min(Number(after), all.get(thread) ?? Infinity));
  clearTimeout(opening);
  opening = setTimeout(open, 20);
}

function open() {
  source?.close();
  const query = [...all].map(([thread, after]) => `follow=${encodeURIComponent(thread)}:${after}`).join("&");
  source = new EventSource(`/api/events?${query}`);
  for (const name of ["card", "preview", "gone"]) source.addEventListener(name, ({ data }) => tell({ name, ...JSON.parse(data) }));
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
  if (said.thread !== mine.thread) return;
  if (said.name === "gone") return mine.heard.gone();
  if (said.name === "card") mine.after = Math.max(mine.after, said.revision);
  mine.heard[said.name](said.data);
}

// How does the page speak with Easel? One function a call; what fails is an Error with a sentence.

import { _ } from "./text.js";

const OFFLINE = _("Easel can't be reached. Check that it's running, then try again. Nothing was lost.");

// where Easel is served: this file is in /static below it
const BASE = new URL("..", import.meta.url).pathname.replace(/\/$/, "");
export const address = (path) => BASE + path;

async function call(path, options) {
  let answer;
  try {
    answer = await fetch(address(path), options);
  } catch {
    throw new Error(OFFLINE);
  }
  const body = await answer.json().catch(() => ({}));
  if (!answer.ok) {
    const says = body.error?.says ?? _("Easel answered {status}. Try again.", { status: answer.status });
    throw Object.assign(new Error(says), { status: answer.status });
  }
  return body;
}

function post(path, body, files = [], options = {}) {
  if (files.length) {
    const form = new FormData();
    for (const [name, value] of Object.entries(body)) form.append(name, value);
    for (const file of files) form.append("files", file);
    return call(path, { method: "POST", body: form });
  }
  return call(path, {
    ...options,
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
}

// An event's name: the same name again is the same wish, so that a second try draws nothing twice.
export function newEvent() {
  const words = crypto.getRandomValues(new Uint32Array(4));
  return [...words].map((word) => word.toString(16)).join("");
}

export const threads = (asked = {}) => {
  const query = new URLSearchParams(Object.entries(asked).flatMap(([name, value]) => (Array.isArray(value) ? value.map((one) => [name, one]) : value ? [[name, value]] : [])));
  return call(`/api/threads?${query}`);
};
export const thread = (id) => call(`/api/threads/${id}`);
export const form = (id) => call(id ? `/api/threads/${id}/form` : "/api/form");
export const begin = (message, files) => post("/api/threads", message, files);
export const say = (id, message, files) => post(`/api/threads/${id}/messages`, message, files);
export const act = (id, action, options) => post(`/api/threads/${id}/actions`, action, [], options);
export const bookmark = (id, kept, options) => post(`/api/threads/${id}/bookmark`, kept, [], options);
export const channels = () => call("/api/channels");
export const kit = (viewer) => call(`/api/kit?${new URLSearchParams({ viewer })}`);
export const pin = (kept, files) => post("/api/kit", kept, files);
export const batch = (list, files) => post("/api/batches", list, files);
export const rename = (id, title) => call(`/api/threads/${id}`, { method: "PATCH", headers: { "content-type": "application/json" }, body: JSON.stringify({ title }) });

// The server-sent events of the service, read through fetch so that they carry the token.

import { ask } from "./session.js";

const SHORTEST_PAUSE = 1000;
const LONGEST_PAUSE = 10000;

/** Longest silence: the service sends something every 15 s. */
const LONGEST_SILENCE = 40000;

/**
 * Calls `handlers[name](data)` for each event, and `handlers.connected(bool)`. Connects again until stopped, and rests
 * while the page is hidden. Returns the function that stops it.
 */
export function follow(path, handlers) {
  let stopped = false;
  let current = null;
  const rest = () => document.hidden && current?.abort();
  document.addEventListener("visibilitychange", rest);
  const run = async () => {
    let pause = SHORTEST_PAUSE;
    while (!stopped) {
      await visible();
      if (stopped) return;
      current = new AbortController();
      try {
        await read(path, current, handlers, () => (pause = SHORTEST_PAUSE));
      } catch (error) {
        if (stopped || error.status === 401) return;
        if (!document.hidden) handlers.connected(false, error.status ? error.message : undefined);
      }
      if (stopped) return;
      if (!document.hidden) await new Promise((done) => setTimeout(done, pause));
      pause = Math.min(pause * 2, LONGEST_PAUSE);
    }
  };
  run();
  return () => {
    stopped = true;
    document.removeEventListener("visibilitychange", rest);
    current?.abort();
  };
}

function visible() {
  if (!document.hidden) return Promise.resolve();
  return new Promise((done) => document.addEventListener("visibilitychange", done, { once: true }));
}

async function read(path, controller, handlers, began) {
  const answer = await ask(path, { signal: controller.signal });
  handlers.connected(true);
  began();
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const late = setTimeout(() => controller.abort(), LONGEST_SILENCE);
    const { value, done } = await reader.read().finally(() => clearTimeout(late));
    if (done) return handlers.connected(false);
    const events = (rest + value).split("\n\n");
    rest = events.pop();
    for (const event of events) give(event, handlers);
  }
}

function give(event, handlers) {
  let name = null;
  let data = null;
  for (const line of event.split("\n")) {
    if (line.startsWith("event: ")) name = line.slice(7);
    else if (line.startsWith("data: ")) data = line.slice(6);
  }
  if (name && data) handlers[name]?.(JSON.parse(data));
}

// The page for operators: sign-in, the views, and the state of the host that all of them share.

import * as call from "./call.js";
import { byId, element, set, write } from "./dom.js";
import { follow } from "./feed.js";
import * as now from "./now.js";
import { forget, keep, token, whenLost } from "./session.js";
import * as talk from "./talk.js";
import * as trial from "./try.js";

const VIEWS = ["now", "try", "talk", "call"];
const needsToken = document.documentElement.dataset.signIn === "needed";

let stopFeed = null;

function signIn(message) {
  stopFeed?.();
  stopFeed = null;
  for (const view of [now, trial, talk, call]) view.hide();
  forget();
  byId("app").hidden = true;
  byId("sign-in").hidden = false;
  write(byId("sign-in-error"), message ?? "");
  byId("token").focus();
}

function open() {
  stopFeed?.();
  stopFeed = follow("/page/events", {
    connected(isConnected, reason) {
      if (isConnected) {
        now.connected();
        byId("sign-in").hidden = true;
        byId("app").hidden = false;
        byId("token").value = "";
        write(byId("sign-in-error"), "");
        route();
      } else if (byId("app").hidden) {
        write(byId("sign-in-error"), reason ?? "The service does not answer. Trying again.");
      }
      if (!isConnected) state("lost", reason ?? "connection lost, trying again");
    },
    host(host) {
      state(host.not_ready ? "bad" : "good", host.not_ready ? "not ready" : "ready");
      voices(host);
      now.showHost(host);
      talk.showHost(host);
    },
    streams: now.showStreams,
  });
}

function state(kind, words) {
  set(byId("dot"), { class: `dot ${kind}` });
  write(byId("state"), words);
}

/** Fills the lists of voices once, and again when the voices have changed. */
function voices({ voices, default_voice }) {
  const names = voices.flatMap(({ name, speakers }) =>
    speakers.length > 1 ? speakers.map((speaker) => `${name}/${speaker}`) : [name]);
  for (const list of [byId("try-voice"), byId("talk-voice")]) {
    if ([...list.options].map((option) => option.value).join() === names.join()) continue;
    list.replaceChildren(...names.map((name) => element("option", { value: name }, name)));
    list.value = names.find((name) => name.split("/")[0] === default_voice) ?? names[0];
  }
}

/** Shows the view that the address names. */
function route() {
  const [name, id] = location.hash.slice(1).split("=");
  const view = VIEWS.includes(name) && (name !== "call" || id) ? name : "now";
  for (const other of VIEWS) byId(`view-${other}`).hidden = other !== view;
  for (const link of document.querySelectorAll("nav a")) {
    set(link, { "aria-current": link.getAttribute("href") === `#${view}` ? "page" : null });
  }
  if (view === "call") call.show(id);
  else call.hide();
}

byId("sign-in-form").addEventListener("submit", (event) => {
  event.preventDefault();
  keep(byId("token").value.trim());
  write(byId("sign-in-error"), "");
  open();
});
byId("sign-out").addEventListener("click", () => signIn());
byId("sign-out").hidden = !needsToken;
document.querySelector(".skip").addEventListener("click", (event) => {
  event.preventDefault();
  byId("content").focus();
});
addEventListener("hashchange", () => {
  if (byId("app").hidden) return;
  route();
  scrollTo(0, 0);
  const title = document.querySelector("main > section:not([hidden]) h1[tabindex]");
  title?.focus({ preventScroll: true });
});
// A request that outlives its session is no loss.
whenLost((message) => (token() || !byId("app").hidden) && signIn(message));
now.start();
trial.start();
talk.start();
call.start();
if (needsToken && !token()) signIn();
else open();

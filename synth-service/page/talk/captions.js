// The captions: the caller's words as they are recognised, the agent's sentences as they are said.

import { byId, element, set, write } from "../dom.js";

/** The most entries that stay on the page. */
const MOST = 200;

const list = () => byId("captions");

/** Entries by side and turn. */
let entries = new Map();

export function reset() {
  entries = new Map();
  list().replaceChildren();
  byId("captions-none").hidden = false;
}

function entry(side, turn) {
  const key = `${side} ${turn}`;
  const known = turn === null ? null : entries.get(key);
  if (known) return known;
  const made = element("li", { class: side }, element("span", { class: "who" }, side === "you" ? "You" : "Agent"), element("p"));
  entries.set(key, made);
  list().append(made);
  if (list().children.length > MOST) list().firstElementChild.remove();
  byId("captions-none").hidden = true;
  return made;
}

const words = (made) => made.querySelector("p");

/** The newest entry stays in sight, if the end of the list was in sight before. */
function keepEnd(change) {
  const box = list();
  const wasAtEnd = box.scrollHeight - box.scrollTop - box.clientHeight < 40;
  change();
  if (wasAtEnd) box.scrollTop = box.scrollHeight;
}

/** The words of a turn so far, or all of them. They are read out when they are final. */
export function heard(turn, text, isFinal) {
  keepEnd(() => {
    const made = entry("you", turn);
    set(made, { class: isFinal ? "you" : "you growing", "aria-busy": isFinal ? null : "true" });
    write(words(made), text);
  });
}

/** A sentence of the agent begins. */
export function saying(turn, text) {
  keepEnd(() => {
    silent();
    const box = words(entry("agent", turn));
    if (box.childNodes.length) box.append(" ");
    box.append(element("span", { class: "spoken-now" }, text));
  });
}

/** Nothing is spoken any more. */
export function silent() {
  for (const sentence of list().querySelectorAll(".spoken-now")) sentence.classList.remove("spoken-now");
}

/** The caller has interrupted an answer, of which the rest was not heard, or a sentence that answers none. */
export function interrupted(turn, heardWords) {
  silent();
  const made = turn === null ? [...list().querySelectorAll(".agent")].at(-1) : entries.get(`agent ${turn}`);
  if (!made) return;
  if (turn !== null) strike(made, heardWords);
  if (!made.querySelector(".cut")) made.append(element("p", { class: "quiet cut" }, "interrupted"));
}

/** Strikes out all but the words that were heard. */
function strike(made, heardWords) {
  const all = words(made).textContent;
  const rest = all.startsWith(heardWords) ? all.slice(heardWords.length) : "";
  words(made).replaceChildren(heardWords, rest ? element("del", {}, rest) : "");
}

// The socket of a call. Its protocol is described in docs/live.md.

/** Bytes before the payload of a frame: from us a number, to us a generation and a number. */
const UP_HEAD = 4;
const DOWN_HEAD = 8;

/** The most that may wait in the socket, in bytes: a second of samples. What comes then is dropped, not sent late. */
const MOST_WAITING = 32000;

/** The longest wait for the service's answer to the start, in milliseconds. */
const PATIENCE = 10000;

const NO_ANSWER = "The service does not take the call: it is full or restarting. Begin again in a minute.";
const LOST = "The connection is lost: begin again.";

/** The codes of a socket's end: the call is over, and the token is not good. */
const BY_WISH = 1000;
export const UNAUTHORISED = 4401;

/** The service's line as a sentence. */
const sentence = (line) => `${line[0].toUpperCase()}${line.slice(1)}.`;

/**
 * Calls the service. `on.started(message)`, `on.frame(payload)`, `on.mark(n)`, `on.clear()` and `on.news(message)` are
 * what it sends; `on.ended(message, code)` comes once, with a reason where it is nobody's wish.
 */
export function openLine(start, on) {
  const socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/live/browser`);
  socket.binaryType = "arraybuffer";
  let generation = 0;
  let number = 0;
  let hasStarted = false;
  let isOver = false;
  const end = (message, code) => {
    if (isOver) return;
    isOver = true;
    clearTimeout(patience);
    socket.close();
    on.ended(message, code);
  };
  const patience = setTimeout(() => end(NO_ANSWER), PATIENCE);
  const send = (message) => socket.readyState === WebSocket.OPEN && socket.send(JSON.stringify(message));
  const told = (message) => {
    if (message.type === "started") {
      hasStarted = true;
      clearTimeout(patience);
      on.started(message);
    } else if (message.type === "mark") on.mark(message.mark);
    else if (message.type === "clear") {
      generation = message.generation;
      on.clear();
    } else on.news(message);
  };
  socket.onopen = () => send({ type: "start", ...start });
  socket.onmessage = ({ data }) => {
    if (isOver) return;
    if (typeof data === "string") return told(JSON.parse(data));
    // A frame that a `clear` has overtaken is no longer wanted.
    if (new DataView(data).getUint32(0) === generation) on.frame(new Uint8Array(data, DOWN_HEAD));
  };
  socket.onclose = ({ code, reason }) => {
    if (code === BY_WISH) end();
    else end(reason ? sentence(reason) : hasStarted ? LOST : NO_ANSWER, code);
  };
  return {
    frame(payload) {
      if (!hasStarted || isOver) return;
      const mine = number++;
      if (socket.bufferedAmount > MOST_WAITING) return;
      const message = new Uint8Array(UP_HEAD + payload.length);
      new DataView(message.buffer).setUint32(0, mine);
      message.set(payload, UP_HEAD);
      socket.send(message);
    },
    played: (mark) => send({ type: "played", mark }),
    hangUp() {
      send({ type: "stop" });
      end();
    },
  };
}

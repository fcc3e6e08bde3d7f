// The data, elements and times.

const call = JSON.parse(document.getElementById("data").textContent);

/** The element with an id. */
const byId = (id) => document.getElementById(id);

/** A new element. Text is put into it as text, never as markup. */
function element(name, attributes = {}, ...content) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined) made.setAttribute(key, value);
  }
  made.append(...content);
  return made;
}

/** A length of time for people: 340 ms, 1.25 s, 12.4 s, 2 min 5 s. */
function length(ms) {
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  if (ms < 9995) return `${(ms / 1000).toFixed(2)} s`;
  if (ms < 99950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** A place in the call: 1:05.3. */
function clock(ms, digits = 1) {
  const step = 1000 / 10 ** digits;
  const all = Math.floor(ms / step + 0.001) * step;
  const seconds = ((all % 60000) / 1000).toFixed(digits);
  return `${Math.floor(all / 60000)}:${seconds.padStart(digits ? 3 + digits : 2, "0")}`;
}

const between = (low, value, high) => Math.min(Math.max(value, low), high);

/** The bytes in a text of base64. */
const bytesOf = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

/** Calls `draw` once before the next picture, however often it is asked. */
function once(draw) {
  let asked = false;
  return () => {
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => {
      asked = false;
      draw();
    });
  };
}

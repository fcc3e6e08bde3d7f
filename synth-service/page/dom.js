// Elements and numbers. Text enters the page as text only, never as markup.

const SVG = "http://www.w3.org/2000/svg";

export const byId = (id) => document.getElementById(id);

export function element(name, attributes = {}, ...content) {
  const made = document.createElement(name);
  set(made, attributes);
  made.append(...content);
  return made;
}

export function drawn(name, attributes = {}, ...content) {
  const made = document.createElementNS(SVG, name);
  set(made, attributes);
  made.append(...content);
  return made;
}

export function set(target, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) target.removeAttribute(name);
    else target.setAttribute(name, value === true ? "" : value);
  }
}

/** Sets a text if it has changed, so that nothing is read out twice. */
export function write(target, text) {
  if (target.textContent !== text) target.textContent = text;
}

/** A duration for people. */
export function time(ms) {
  if (ms === null || ms === undefined) return "–";
  if (ms < 9.95) return `${ms.toFixed(1)} ms`;
  if (ms < 9995) return `${Math.round(ms)} ms`;
  return `${(ms / 1000).toFixed(1)} s`;
}

export const seconds = (ms) => `${(ms / 1000).toFixed(1)} s`;

export function clock(epochMs) {
  return new Date(epochMs).toLocaleTimeString([], { hour12: false });
}

/** The value below which this share of the sorted values lies. */
export function quantile(sorted, share) {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}

export const prefersStill = matchMedia("(prefers-reduced-motion: reduce)");

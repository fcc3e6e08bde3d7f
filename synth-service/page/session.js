// The token of this tab, and every request to the service.

const KEY = "firstword-token";

let onLost = () => {};

export const token = () => sessionStorage.getItem(KEY);
export const keep = (value) => sessionStorage.setItem(KEY, value);
export const forget = () => sessionStorage.removeItem(KEY);

/** Is called when the service does not accept the token of this tab. */
export function whenLost(callback) {
  onLost = callback;
}

/** An answer that is an error. Its message is the service's own line. */
export class Refused extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/** Asks the service. A `body` is sent as JSON; `by` is a token, that of now by default. */
export async function ask(path, { body, signal, by = token() } = {}) {
  const headers = {};
  if (by) headers.Authorization = `Bearer ${by}`;
  if (body !== undefined) headers["Content-Type"] = "application/json";
  const answer = await fetch(path, {
    method: body === undefined ? "GET" : "POST",
    headers,
    body: body === undefined ? undefined : JSON.stringify(body),
    signal,
    cache: "no-store",
    redirect: "error",
  });
  if (answer.ok) return answer;
  const error = await answer.json().then((json) => json.error, () => null);
  const refused = new Refused(answer.status, error?.message ?? `the service answers ${answer.status}`);
  // A late answer to an older token says nothing about this one.
  if (answer.status === 401 && by === token()) onLost("This token is not accepted.");
  throw refused;
}

export const askJson = async (path, options) => (await ask(path, options)).json();

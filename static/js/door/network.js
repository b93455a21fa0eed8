/* Asking the server, with an end to patience. */
import * as queue from "./queue.js";
import { start } from "./start.js";

const ANSWER_MS = 4000;

/* Resolves to {ok, status, said}; rejects when nobody answers, or somebody who is not ours. */
export async function ask(url, body, patience) {
  const giveUp = new AbortController();
  const late = setTimeout(() => giveUp.abort(), patience || ANSWER_MS);
  try {
    const answer = await fetch(url, {
      method: body ? "POST" : "GET", signal: giveUp.signal, credentials: "same-origin", cache: "no-store",
      headers: { "Accept": "application/json", "Content-Type": "application/json", "X-CSRF-Token": start.csrf },
      body: body ? JSON.stringify(body) : undefined
    });
    /* Not our language: the wifi of the hall asks for a password, or a proxy apologises. */
    const said = await answer.json().catch(() => null);
    if (answer.status >= 500 || !said) throw new Error("unavailable");
    if (said.code === "not_paired") await standDown();
    return { ok: answer.ok, status: answer.status, said };
  } finally {
    clearTimeout(late);
  }
}

/* The cookie is gone and the scans are not: the page says so, and pairing sends them. With none
   left it is the end of a phone as any other. */
async function standDown() {
  const held = (await queue.all().catch(() => [])).length;
  if (!held) return;
  location.replace("/door/?held=" + held);
  throw new Error("not paired");
}

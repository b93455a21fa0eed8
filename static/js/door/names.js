/* How a phone names its scans: each by an uuid, all by their number, so that holes are seen. */
import { notes } from "./notes.js";

export function uuid() {
  if (crypto.randomUUID) return crypto.randomUUID();
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function nextSeq() {
  const seq = Number(notes.getItem("door-seq") || 0) + 1;
  notes.setItem("door-seq", String(seq));
  return seq;
}

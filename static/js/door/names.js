/* How a phone names its scans: each by an uuid, all by their number, so that holes are seen. */
export function uuid() {
  if (crypto.randomUUID) return crypto.randomUUID();
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function nextSeq() {
  const seq = Number(localStorage.getItem("door-seq") || 0) + 1;
  localStorage.setItem("door-seq", String(seq));
  return seq;
}

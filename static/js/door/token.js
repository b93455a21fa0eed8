/* Reads a ticket's token without network: Base45, layout and Ed25519 signature, as
   eventsapp/domain/ticketing/sales/tokens.py writes them. */
const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

/* Resolves to null (no token of ours), {unsure: true} (this browser cannot verify) or what it says. */
export async function readToken(text, keys) {
  const raw = text.length === 147 ? base45(text) : null;
  if (!raw || raw.length !== 98 || raw[0] !== 1 || !keys[raw[1]]) return null;
  const view = new DataView(raw.buffer);
  const said = {
    event: view.getUint32(2), product: view.getUint16(6), notBefore: view.getUint32(26), notAfter: view.getUint32(30)
  };
  try {
    const key = await crypto.subtle.importKey("raw", unbase64(keys[raw[1]]), "Ed25519", false, ["verify"]);
    const good = await crypto.subtle.verify("Ed25519", key, raw.slice(34), raw.slice(0, 34));
    return good ? said : null;
  } catch (error) {
    return { unsure: true };
  }
}

function base45(text) {
  const bytes = [];
  for (let i = 0; i < text.length; i += 3) {
    const group = text.slice(i, i + 3);
    let number = 0;
    for (let j = group.length - 1; j >= 0; j--) {
      const value = ALPHABET.indexOf(group[j]);
      if (value < 0) return null;
      number = number * 45 + value;
    }
    if (group.length === 1 || number >= (group.length === 3 ? 65536 : 256)) return null;
    if (group.length === 3) bytes.push(number >> 8, number & 255);
    else bytes.push(number);
  }
  return new Uint8Array(bytes);
}

function unbase64(text) {
  return Uint8Array.from(atob(text), (mark) => mark.charCodeAt(0));
}

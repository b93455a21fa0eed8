/* What two spellings of one name have in common. The rule is kernel/spelling.py's; tests/vectors/fold.json holds
   the cases that both must answer alike. */
const LIGATURES = { œ: "oe", æ: "ae", ł: "l", ø: "o", ß: "ss", đ: "d", ς: "σ" };

export function fold(text) {
  const small = text.toLowerCase().replace(/[œæłøßđς]/g, (letter) => LIGATURES[letter]);
  const plain = small.normalize("NFKD").replace(/[\u0300-\u036f]/g, "").toLowerCase();
  const kept = plain.replace(/[^\p{L}\p{N}\p{M}]/gu, "").normalize("NFC");
  return kept || text.split(/\s+/).filter(Boolean).join(" ");
}

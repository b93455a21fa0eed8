/* Reads a ticket's token without network: Base45, layout and Ed25519 signature, as
   eventsapp/domain/ticketing/tokens.py writes them. */
(function (root) {
  "use strict";
  var ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

  function base45(text) {
    var bytes = [];
    for (var i = 0; i < text.length; i += 3) {
      var group = text.slice(i, i + 3), number = 0;
      for (var j = group.length - 1; j >= 0; j--) {
        var value = ALPHABET.indexOf(group[j]);
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
    return Uint8Array.from(atob(text), function (mark) { return mark.charCodeAt(0); });
  }

  /* Resolves to null (no token of ours), {unsure: true} (this browser cannot verify) or what it says. */
  root.doorToken = async function (text, keys) {
    var raw = text.length === 147 ? base45(text) : null;
    if (!raw || raw.length !== 98 || raw[0] !== 1 || !keys[raw[1]]) return null;
    var view = new DataView(raw.buffer);
    var said = {
      event: view.getUint32(2), product: view.getUint16(6), notBefore: view.getUint32(26), notAfter: view.getUint32(30)
    };
    try {
      var key = await crypto.subtle.importKey("raw", unbase64(keys[raw[1]]), "Ed25519", false, ["verify"]);
      var good = await crypto.subtle.verify("Ed25519", key, raw.slice(34), raw.slice(0, 34));
      return good ? said : null;
    } catch (error) {
      return { unsure: true };
    }
  };
})(window);

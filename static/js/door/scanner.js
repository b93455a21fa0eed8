/* The door: show a code, get a verdict. Green only when the server has said so. */
(function () {
  "use strict";
  var start = JSON.parse(document.getElementById("start").textContent);
  var words = start.words, urls = start.urls;
  var SOON_MS = 1500, ANSWER_MS = 4000, GIVE_UP_MS = 10000, NEXT_MS = 1200, GROUP_MS = 6000, UNDO_MS = 10000, SAME_MS = 3000, STATE_MS = 5000;
  /* Refusals that hold for the evening: known again without network. */
  var LASTING = ["void", "blocked", "unpaid", "wrong_event", "wrong_gate", "already_in"];
  var SIGNS = {
    yes: "m2.5 10.5 5.3 5.3 9.7-11", no: "m3.5 3.5 13 13m0-13-13 13",
    note: "M10 2.5v9M10 15.5v2", kept: "M10 2.5V10l5 3.5"
  };
  doorClock.begin(start.state.now);
  var MOST_AT_ONCE = 500, sending = false;
  var state = start.state, online = true, showing = false, asking = false;
  var exits = false, lastText = "", lastAt = 0, lastScan = null, shown = 0, underWay = [], timer = null, undoTimer = null, invitation = words.present;

  function the(id) { return document.getElementById(id); }
  function uuid() {
    if (crypto.randomUUID) return crypto.randomUUID();
    return Array.from(crypto.getRandomValues(new Uint8Array(16)), function (byte) {
      return byte.toString(16).padStart(2, "0");
    }).join("");
  }
  function nextSeq() {
    var seq = Number(localStorage.getItem("door-seq") || 0) + 1;
    localStorage.setItem("door-seq", String(seq));
    return seq;
  }

  async function ask(url, body, patience) {
    var giveUp = new AbortController();
    var late = setTimeout(function () { giveUp.abort(); }, patience || ANSWER_MS);
    try {
      var answer = await fetch(url, {
        method: body ? "POST" : "GET", signal: giveUp.signal, credentials: "same-origin", cache: "no-store",
        headers: { "Accept": "application/json", "Content-Type": "application/json", "X-CSRF-Token": start.csrf },
        body: body ? JSON.stringify(body) : undefined
      });
      /* Not our language: the wifi of the hall asks for a password, or a proxy apologises. */
      var said = await answer.json().catch(function () { return null; });
      if (answer.status >= 500 || !said) throw new Error("unavailable");
      return { ok: answer.ok, status: answer.status, said: said };
    } finally {
      clearTimeout(late);
    }
  }

  /* What is shown */

  function show(tone, word, name, detail, advice) {
    clearTimeout(timer);
    showing = true;
    shown += 1;
    var box = the("verdict");
    box.className = "say is-" + tone;
    the("sign").setAttribute("d", SIGNS[tone]);
    the("word").textContent = word;
    the("name").textContent = name || "";
    the("detail").textContent = detail || "";
    the("advice").textContent = advice || "";
    the("advice").hidden = !advice;
    the("others").hidden = true;
    box.hidden = false;
    the("waiting").hidden = true;
    the("typed").hidden = true;
    doorFeedback(tone);
    if (tone === "yes" || tone === "note") timer = setTimeout(next, NEXT_MS);
    else the("next").focus();
  }

  function next() {
    clearTimeout(timer);
    showing = false;
    the("verdict").hidden = true;
    the("waiting").hidden = false;
    lastAt = Date.now();
  }

  function rehearsing() {
    return state.rehearsal && doorClock.now() < Date.parse(state.rehearsal_until);
  }

  /* The orders of the door chief outlive a reload without network, whose page is an older one. */
  function keepOrders() {
    localStorage.setItem("door-orders", JSON.stringify({
      now: state.now, held: state.held, rehearsal: state.rehearsal, rehearsal_until: state.rehearsal_until
    }));
  }
  function takeOrders() {
    var kept = JSON.parse(localStorage.getItem("door-orders") || "null");
    if (kept && kept.now > state.now) Object.assign(state, kept);
  }

  function drawState() {
    the("entered").textContent = state.entered;
    the("expected").textContent = state.expected;
    the("rehearsal").hidden = !rehearsing();
    the("held").hidden = !state.held;
    var list = the("last");
    list.replaceChildren.apply(list, state.last.slice(0, 20).map(function (row) {
      var item = document.createElement("li"), time = document.createElement("span");
      var sign = document.createElement("span"), who = document.createElement(row.undone ? "s" : "span");
      time.className = "num";
      time.textContent = row.at;
      sign.className = row.accepted ? "y" : "n";
      sign.innerHTML = '<svg class="i" viewBox="0 0 20 20" aria-hidden="true"><path d="' + SIGNS[row.accepted ? "yes" : "no"] + '"/></svg>';
      who.textContent = row.name;
      item.append(time, sign, who);
      return item;
    }));
  }

  async function drawNetwork() {
    var kept = await doorQueue.all();
    the("net").textContent = online ? words.online : words.offline;
    the("net-sign").hidden = !online;
    the("off").hidden = online && !kept.length;
    the("off-words").textContent = [online ? "" : words.offline, kept.length === 1 ? words.waitingOne : kept.length ? words.waiting.replace("{n}", kept.length) : ""].filter(Boolean).join(", ");
    return kept;
  }

  /* What is asked */

  async function scan(text) {
    if (showing || asking) return;
    if (text === lastText && Date.now() - lastAt < SAME_MS) return;
    lastText = text;
    asking = true;
    the("hint").textContent = words.busy;
    var code = { uuid: uuid(), token: text.slice(0, 400), kind: exits ? "exit" : "entry", scanned_at: doorClock.iso(), seq: nextSeq() };
    var asked = ask(urls.scans, code, start.offline && GIVE_UP_MS), late = false;
    try {
      await tell(code, await soon(asked));
    } catch (error) {
      online = false;
      late = true;
      underWay.push(code.uuid);
      await decideAlone(code);
    } finally {
      asking = false;
      the("hint").textContent = invitation;
    }
    if (late) asked.then(hearLate.bind(null, code, shown), function () {}).finally(function () {
      underWay.splice(underWay.indexOf(code.uuid), 1);
    });
  }

  /* People do not wait for a slow server, where the phone may decide alone. */
  function soon(asked) {
    if (!start.offline) return asked;
    return Promise.race([asked, new Promise(function (_, late) { setTimeout(late, SOON_MS); })]);
  }

  async function tell(code, answer) {
    online = true;
    if (answer.status === 401) return gone();
    if (!answer.ok) return show("no", words.refused, "", answer.said.detail || words.failed, "");
    await remember(code, answer.said).catch(function () { /* a full phone: the verdict stands */ });
    show(answer.said.tone, answer.said.word, answer.said.name, answer.said.detail, answer.said.advice);
    refresh();
    if (answer.said.verdict === "accepted" && code.kind === "entry") offerOthers(code);
  }

  /* The server's word on what the phone has decided meanwhile: on the same screen while it is
     there; later only a refusal, by name, so that the person can be called back. */
  async function hearLate(code, screen, answer) {
    if (answer.status !== 401 && !answer.ok) return;
    if (answer.ok) await doorQueue.remove([code.uuid]);
    var refused = answer.said.verdict === "refused";
    if (refused && lastScan === code) mayUndo(null);
    if (refused) await doorQueue.forget(code.token);
    if (showing ? shown === screen : refused && !asking) return tell(code, answer);
    online = true;
    if (answer.ok) await remember(code, answer.said);
    refresh();
  }

  /* People who came together: the steward gets time to let them all in with one touch. */
  async function offerOthers(code) {
    var others = urls.scans + "/" + code.uuid + "/companions";
    try {
      var answer = await ask(others);
      if (!answer.ok || !answer.said.count || !showing || lastScan !== code) return;
      clearTimeout(timer);
      timer = setTimeout(next, GROUP_MS);
      the("others-words").textContent = answer.said.label;
      the("others").hidden = false;
      the("all-in").onclick = async function () {
        clearTimeout(timer);
        try {
          var done = await ask(others, {});
          if (!done.ok) return show("no", words.refused, "", done.said.detail || "", words.desk);
          show(done.said.tone, done.said.word, "", "", "");
          state = done.said.state;
          drawState();
        } catch (error) { online = false; drawNetwork(); }
      };
    } catch (error) { /* the first entry stands; the others show their own codes */ }
  }

  async function remember(code, said) {
    if (said.verdict !== "accepted") {
      if (LASTING.indexOf(said.reason) >= 0) await doorQueue.learn(code.token, said.reason, said.rehearsal);
      return;
    }
    mayUndo(code);
    if (code.kind === "exit") await doorQueue.forget(code.token);
    else await doorQueue.learn(code.token, "already_in", said.rehearsal);
  }

  async function decideAlone(code) {
    if (!start.offline) return show("no", words.refused, "", words.stop, words.desk);
    if (state.held && code.kind === "entry") return show("no", words.refused, "", words.held, "");
    var said = await doorToken(code.token, start.keys);
    var unsure = Boolean(said && said.unsure);
    var reason = doorVerdict({
      kind: code.kind, known: Boolean(said),
      right_event: unsure || !said || start.events.indexOf(said.event) >= 0 || start.passes.indexOf(said.product) >= 0
    });
    if (!reason && code.kind === "entry") reason = await doorQueue.reason(code.token, rehearsing());
    code.local_verdict = reason ? "refused" : "accepted";
    if (reason) code.local_reason = reason;
    await doorQueue.add(code);
    await drawNetwork();
    if (reason) {
      return show("no", words.refused, "", words.why[reason] || "", words.desk);
    }
    await remember(code, { verdict: "accepted", rehearsal: rehearsing() });
    show("kept", words.noted, "", unsure ? words.notedUnsure : words.notedDetail, "");
  }

  /* Sent until nothing is left. What is refused is sent in smaller parts, down to one by one: what
     stands in the way of one scan (a proxy with a limit of its own) holds up no other. */
  async function sendKept() {
    if (sending) return;
    sending = true;
    try { await drain(); } finally { sending = false; }
  }

  async function drain() {
    var refused = [], portion = MOST_AT_ONCE;
    for (;;) {
      /* Not what the server may be deciding at this moment: its own verdict is the better one. */
      var kept = (await drawNetwork()).filter(function (scan) {
        return underWay.indexOf(scan.uuid) < 0 && refused.indexOf(scan.uuid) < 0;
      });
      if (!kept.length) return;
      var sent = kept.slice(0, portion), answer = await ask(urls.batch, { scans: sent });
      if (answer.status === 401) return gone();
      var uuids = sent.map(function (scan) { return scan.uuid; });
      if (answer.ok) {
        await doorQueue.remove(uuids);
        portion = Math.min(portion * 2, MOST_AT_ONCE);
      } else if (sent.length > 1) portion = Math.ceil(sent.length / 2);
      else refused.push(uuids[0]);
    }
  }

  async function refresh() {
    try {
      var kept = await drawNetwork();
      var askedAt = performance.now();
      var answer = await ask(urls.state + "?queued=" + kept.length);
      if (answer.status === 401) return gone();
      if (!answer.ok) throw new Error("unavailable");
      online = true;
      doorClock.heard(answer.said.now, askedAt);
      state = answer.said;
      keepOrders();
      drawState();
      await sendKept();
    } catch (error) {
      online = false;
      drawState();
      drawNetwork();
    }
  }

  /* The last passage can be taken back for a moment: null when there is none any more. */
  function mayUndo(code) {
    clearTimeout(undoTimer);
    lastScan = code;
    the("undo").disabled = !code;
    if (code) undoTimer = setTimeout(mayUndo, UNDO_MS, null);
  }

  async function undo() {
    if (!lastScan) return;
    var code = lastScan;
    mayUndo(null);
    try {
      var answer = await ask(urls.annulments, { uuid: uuid(), scan: code.uuid });
      if (answer.status === 401) return gone();
      if (!answer.ok) return show("no", words.refused, "", answer.said.detail || "", "");
      await doorQueue.forget(code.token);
      lastText = "";
      state = answer.said;
      drawState();
      show("note", words.undone, "", "", "");
    } catch (error) {
      online = false;
      drawNetwork();
      show("no", words.refused, "", words.notUndone, words.desk);
    }
  }

  /* Revoked: nothing stays on the phone. */
  async function gone() {
    indexedDB.deleteDatabase("door");
    if (navigator.serviceWorker) {
      await caches.delete("door");
      var known = await navigator.serviceWorker.getRegistrations();
      await Promise.all(known.map(function (one) { return one.unregister(); }));
    }
    location.reload();
  }

  /* The page and its files, kept for a reload without network (worker.js serves them). */
  async function keepPage() {
    if (!navigator.serviceWorker) return;
    try {
      await navigator.serviceWorker.register(urls.worker, { scope: "/door/" });
      var files = performance.getEntriesByType("resource").map(function (entry) { return entry.name; });
      files = files.filter(function (name) { return name.startsWith(location.origin + "/static/"); });
      files = Array.from(new Set(files)).concat([location.origin + "/door/"]);
      var kept = await caches.open("door");
      await kept.addAll(files);
      /* All is there: only now the files of an older release may go. */
      (await kept.keys()).forEach(function (old) { if (files.indexOf(old.url) < 0) kept.delete(old); });
      the("phone").dataset.kept = "yes";
    } catch (error) { /* a private window, or a first visit cut short: online it works all the same */ }
  }

  /* Hands: buttons, a keyboard wedge that types and ends with Enter, the camera */

  the("next").addEventListener("click", next);
  the("undo").addEventListener("click", undo);
  the("type").addEventListener("click", function () {
    if (showing) next();
    the("waiting").hidden = true;
    the("typed").hidden = false;
    the("token").focus();
  });
  function closeTyped() { the("typed").hidden = true; the("waiting").hidden = showing; }
  the("typed-close").addEventListener("click", closeTyped);
  the("typed").addEventListener("submit", function (event) {
    event.preventDefault();
    var text = the("token").value.replace(/[\r\n]/g, "").trim();
    the("token").value = "";
    closeTyped();
    lastText = "";
    if (text) scan(text);
  });
  the("exit").addEventListener("click", function () {
    exits = !exits;
    the("exit").setAttribute("aria-pressed", String(exits));
  });

  /* A wedge types faster than any hand: its spaces must press no button, its pauses begin anew. */
  var typed = "", typedAt = 0;
  document.addEventListener("keydown", function (event) {
    if (event.target === the("token") && event.key === "Enter") {
      event.preventDefault();
      the("typed").requestSubmit();
    }
    if (event.target.closest("textarea, input") || event.ctrlKey || event.metaKey) return;
    var gap = event.timeStamp - typedAt;
    typedAt = event.timeStamp;
    if (gap > 1000) typed = "";
    if (event.key === " " && typed && gap < 60) event.preventDefault();
    if (event.key === "Enter" && typed.length > 20) {
      event.preventDefault();
      if (showing) next();
      scan(typed);
      typed = "";
    } else if (event.key === "Enter" && !event.target.closest("button")) {
      typed = "";
      if (showing) next();
    } else if (event.key.length === 1) {
      typed = (typed + event.key).slice(-400);
    }
  });

  function seen(text) { if (the("typed").hidden) scan(text); }
  var camera = doorCamera(the("video"), the("phone").dataset.wasm, seen, function (has) {
    invitation = has.works ? words.present : words.noCamera;
    the("hint").textContent = invitation;
    the("torch").hidden = !has.torch;
    the("torch").setAttribute("aria-pressed", "false");
    the("turn").hidden = !has.several;
  });
  the("turn").addEventListener("click", camera.turn);
  the("torch").addEventListener("click", async function () {
    var on = the("torch").getAttribute("aria-pressed") !== "true";
    if (await camera.torch(on)) the("torch").setAttribute("aria-pressed", String(on));
  });

  async function stayAwake() {
    try { if (navigator.wakeLock) await navigator.wakeLock.request("screen"); } catch (error) { /* a low battery may refuse */ }
  }
  document.addEventListener("visibilitychange", function () { if (!document.hidden) stayAwake(); });
  window.addEventListener("online", refresh);
  window.addEventListener("offline", function () { online = false; drawNetwork(); });
  setInterval(refresh, STATE_MS);
  stayAwake();
  takeOrders();
  drawState();
  drawNetwork();
  camera.start();
  refresh();
  if (navigator.onLine) setTimeout(keepPage, 2000);
})();

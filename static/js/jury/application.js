// Keys of the scale mark the current criterion and go down; what is marked is saved as one goes.
// The form works without this script.
const form = document.querySelector("form.grading[data-saved]");
const criteria = [...document.querySelectorAll("fieldset.crit")];
let now = Math.max(0, criteria.findIndex((one) => !one.querySelector(":checked")));

function go(to) {
  criteria[now]?.classList.remove("is-now");
  now = Math.min(criteria.length - 1, Math.max(0, to));
  criteria[now].classList.add("is-now");
  (criteria[now].querySelector(":checked") || criteria[now].querySelector("input")).focus();
}

function mean() {
  let weights = 0, total = 0, filled = 0;
  for (const one of criteria) {
    const chosen = one.querySelector(":checked");
    if (!chosen) continue;
    filled += 1;
    if (chosen.value === "na") continue;
    weights += Number(one.dataset.weight);
    total += Number(one.dataset.weight) * Number(chosen.value);
  }
  const format = new Intl.NumberFormat(document.documentElement.lang, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  document.querySelector("[data-mean-here]").textContent = form.dataset.mean
    .replace("{filled}", filled).replace("{total}", criteria.length)
    .replace("{mean}", weights ? format.format(total / weights) : "–");
}

let timer, sending;
// One at a time, each with the revision that the one before it made: the server tells tabs apart by it.
function save() {
  const mine = (sending ?? Promise.resolve()).then(send).finally(() => { if (sending === mine) sending = undefined; });
  sending = mine;
}
async function send() {
  const state = document.querySelector("[data-state]");
  try {
    const answer = await fetch(form.action, {
      method: "POST", body: new URLSearchParams(new FormData(form)), headers: { Accept: "application/json" },
    });
    const said = await answer.json();
    if (answer.ok) form.elements.read.value = said.revision;
    state.textContent = answer.ok ? form.dataset.saved : said.error || form.dataset.lost;
    state.classList.toggle("is-lost", !answer.ok);
  } catch {
    state.textContent = form.dataset.lost;
    state.classList.add("is-lost");
  }
}

if (form) {
  document.querySelector(".keys").hidden = false;
  criteria[now]?.classList.add("is-now");
  mean();
  const changed = (wait) => { clearTimeout(timer); timer = setTimeout(save, wait); };
  form.addEventListener("change", () => { mean(); changed(250); });
  form.comment.addEventListener("input", () => changed(1200));
  form.addEventListener("submit", async (event) => {
    clearTimeout(timer);
    if (!sending) return;
    event.preventDefault();
    const { submitter } = event;
    await sending;
    form.requestSubmit(submitter);
  });
  for (const [index, one] of criteria.entries()) {
    one.addEventListener("focusin", () => { criteria[now]?.classList.remove("is-now"); now = index; one.classList.add("is-now"); });
  }
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("textarea, [type=text]")) {
      if (event.key === "Escape") go(now);
      return;
    }
    const zero = criteria[now]?.querySelector('input[value="0"]');
    const key = event.key === "0" && !zero ? "na" : event.key;
    const level = criteria[now]?.querySelector(`input[value="${CSS.escape(key)}"]`);
    if (level && /^[0-9]$/.test(event.key)) {
      level.checked = true;
      level.dispatchEvent(new Event("change", { bubbles: true }));
      go(now + 1);
    } else if (event.key === "ArrowDown") { event.preventDefault(); go(now + 1); }
    else if (event.key === "ArrowUp") { event.preventDefault(); go(now - 1); }
    else if (event.key.toLowerCase() === "c") { event.preventDefault(); form.comment.focus(); }
  });
}

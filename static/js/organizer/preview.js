// Shows what others will see while it is being written. The form works without this script: its
// buttons ask the server for the same page.
const form = document.querySelector("form[data-preview-of]");
const place = document.getElementById(form?.dataset.previewOf);
let timer, asked = 0;

async function look() {
  const mine = ++asked, body = new URLSearchParams(new FormData(form));
  body.set("press", "look");
  try {
    const answer = await fetch(form.action, { method: "POST", body });
    if (!answer.ok || mine !== asked) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    place.replaceChildren(...page.getElementById(place.id).childNodes);
    const total = document.querySelector("[data-total]"), now = page.querySelector("[data-total]");
    total.textContent = now.textContent;
    total.className = now.className;
  } catch { /* The preview is a help; saving says what is wrong. */ }
}
form?.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(look, 400); });

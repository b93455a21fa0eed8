// Says early what would be refused, and counts characters. The form works without this script.
const form = document.querySelector("form[data-eligibility]");
const asked = [...document.querySelectorAll("[data-early]")];
let latest = 0;

async function ask() {
  const mine = ++latest;
  const query = new URLSearchParams(asked.map((input) => [input.name, input.value]));
  const answer = await fetch(`${form.dataset.eligibility}?${query}`);
  if (!answer.ok) return;
  const problems = await answer.json();
  // An answer to what was typed before must not undo what is said of what stands there now.
  if (mine !== latest) return;
  for (const input of asked) {
    const place = document.getElementById(`${input.id}-early`);
    place.querySelector("span").textContent = problems[input.name] || "";
    place.hidden = !problems[input.name];
  }
}
for (const input of asked) input.addEventListener("change", ask);

for (const text of document.querySelectorAll("[data-most]")) {
  const place = document.getElementById(`${text.id}-n`);
  const count = () => {
    const length = [...text.value.replace(/\r\n/g, "\n").trim()].length;
    place.textContent = place.dataset.count.replace("{n}", length).replace("{most}", text.dataset.most);
    place.classList.toggle("is-over", length > text.dataset.most);
  };
  text.addEventListener("input", count);
  count();
}

// The server refuses a request far over the limit unread, and with it what was typed: stop before.
const files = [...document.querySelectorAll("[data-most-mb]")];
const tooBig = (input) => (input.files[0]?.size ?? 0) > input.dataset.mostMb * 1024 * 1024;
for (const input of files) {
  input.addEventListener("change", () => {
    const place = document.getElementById(`${input.id}-early`);
    place.querySelector("span").textContent = tooBig(input) ? input.dataset.tooBig : "";
    place.hidden = !tooBig(input);
  });
}
form.addEventListener("submit", (event) => {
  const first = files.find(tooBig);
  if (!first) return;
  event.preventDefault();
  first.focus();
});

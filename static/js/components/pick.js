// A long list of boxes: searched as names are, and all of one group at a time. What is ticked stays in sight.
import { fold } from "./fold.js";

for (const pick of document.querySelectorAll("[data-pick]")) {
  const search = pick.querySelector("[data-pick-search]");
  const none = pick.querySelector("[data-pick-none]");
  const boxes = [...pick.querySelectorAll("[data-pick-one]")];
  if (boxes.length < 8) continue;
  search.hidden = false;
  const words = (part) => fold(part?.querySelector("[data-pick-words]")?.textContent ?? "");

  search.querySelector("input").addEventListener("input", (event) => {
    const wanted = event.target.value.trim() ? fold(event.target.value) : "";
    for (const box of boxes) {
      const group = box.closest("[data-pick-group]");
      const said = words(box) + (group ? words(group) : "");
      box.hidden = !said.includes(wanted) && !box.querySelector("input").checked;
    }
    for (const group of pick.querySelectorAll("[data-pick-group]")) {
      group.hidden = [...group.querySelectorAll("[data-pick-one]")].every((box) => box.hidden);
    }
    none.hidden = boxes.some((box) => !box.hidden);
  });
}

for (const whole of document.querySelectorAll("[data-pick-whole]")) {
  const boxes = [...whole.closest("[data-pick-group]").querySelectorAll("[data-pick-one] input")];
  const follow = () => {
    for (const box of boxes) if (whole.checked) box.checked = true;
  };
  whole.addEventListener("change", () => {
    for (const box of boxes) box.checked = whole.checked;
  });
  for (const box of boxes) box.addEventListener("change", () => (whole.checked = whole.checked && box.checked));
  follow();
}

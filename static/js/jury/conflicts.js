// Finds a name in the list, and counts what is ticked. The list works without this script.
import { fold } from "../components/fold.js";

const find = document.getElementById("find");
const rows = [...document.querySelectorAll(".names li")];
const folded = new Map(rows.map((row) => [row, fold(row.querySelector("bdi").textContent)]));
find.closest("[hidden]").hidden = false;
find.addEventListener("input", () => {
  const wanted = fold(find.value);
  for (const [row, name] of folded) row.hidden = !name.includes(wanted);
});
const place = document.querySelector("[data-count-conflicts]");
const count = () => {
  const ticked = document.querySelectorAll(".names :checked").length;
  place.textContent = ticked ? `${place.dataset.countConflicts.replace("{n}", ticked)}.` : "";
};
document.querySelector(".names").addEventListener("change", count);
count();

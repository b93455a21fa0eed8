// Finds a name in the list, and counts what is ticked. The list works without this script.
const find = document.getElementById("find");
const rows = [...document.querySelectorAll(".names li")];
const fold = (text) => text.normalize("NFKD").replace(/[\u0300-\u036f]/g, "").toLowerCase();
find.closest("[hidden]").hidden = false;
find.addEventListener("input", () => {
  const wanted = fold(find.value.trim());
  for (const row of rows) row.hidden = !fold(row.textContent).includes(wanted);
});
const place = document.querySelector("[data-count-conflicts]");
const count = () => {
  const ticked = document.querySelectorAll(".names :checked").length;
  place.textContent = ticked ? `${place.dataset.countConflicts.replace("{n}", ticked)}.` : "";
};
document.querySelector(".names").addEventListener("change", count);
count();

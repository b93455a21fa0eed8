// The company's fields show when the box is ticked; without this script they are always there.
const box = document.querySelector("#for_company");
const fields = document.querySelector("[data-company]");
if (box && fields) {
  const show = () => { fields.hidden = !box.checked; };
  box.addEventListener("change", show);
  show();
}
// After a refusal, what went wrong is where the reader is.
document.querySelector("[data-focus]")?.focus();

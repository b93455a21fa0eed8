// A question that is asked under one answer to another shows once that answer is given; without this
// script it is always there, with the words that say when it counts.
for (const part of document.querySelectorAll("[data-under]")) {
  const form = part.closest("form");
  const values = part.dataset.values.split(" ");
  const given = () => [...new FormData(form).getAll(part.dataset.under)];
  const wrong = () => part.querySelector("[aria-invalid], .error");
  const show = () => { part.hidden = !given().some((value) => values.includes(value)) && !wrong(); };
  form.addEventListener("change", show);
  show();
}

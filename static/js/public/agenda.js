// "Mon agenda": the stars live in this browser only, as a list of event slugs per series.
// The buttons are hidden until this script runs; without it the programme loses nothing else.
const body = document.querySelector("[data-agenda]");
if (body) {
  const key = `agenda-${body.dataset.agenda}`;
  const read = () => {
    try { return new Set(JSON.parse(localStorage.getItem(key) || "[]")); } catch { return new Set(); }
  };
  const write = (slugs) => {
    try { localStorage.setItem(key, JSON.stringify([...slugs])); } catch { /* private mode: not kept */ }
  };
  const show = (button, on) => {
    button.setAttribute("aria-pressed", String(on));
    button.querySelector("[data-word]").textContent = on ? body.dataset.starred : body.dataset.star;
  };
  const mine = read();
  const buttons = [...document.querySelectorAll("button[data-slug]")];
  const refresh = () => {
    const only = document.documentElement.classList.contains("only-mine");
    document.querySelectorAll("[data-event]").forEach((article) => {
      article.hidden = only && !mine.has(article.dataset.event);
    });
    document.querySelectorAll(".dayrow").forEach((row) => {
      row.hidden = only && ![...row.querySelectorAll("[data-event]")].some((a) => !a.hidden);
    });
    document.querySelectorAll(".week-title").forEach((title) => {
      let shown = !only;
      for (let row = title.nextElementSibling; row?.matches(".dayrow"); row = row.nextElementSibling) {
        shown ||= !row.hidden;
      }
      title.hidden = !shown;
    });
    document.querySelectorAll("[data-agenda-on]").forEach((note) => { note.hidden = !only || mine.size === 0; });
    document.querySelectorAll("[data-agenda-empty]").forEach((note) => { note.hidden = !only || mine.size > 0; });
  };
  buttons.forEach((button) => {
    button.hidden = false;
    show(button, mine.has(button.dataset.slug));
    button.addEventListener("click", () => {
      const on = !mine.has(button.dataset.slug);
      if (on) mine.add(button.dataset.slug); else mine.delete(button.dataset.slug);
      write(mine);
      show(button, on);
      refresh();
    });
  });
  const only = () => {
    document.documentElement.classList.toggle("only-mine", location.hash === "#agenda");
    refresh();
  };
  addEventListener("hashchange", only);
  only();
}

// On a phone the strip of days follows the reader: the day on top of the screen is marked.
const strip = document.querySelector("[data-daynav]");
if (strip && "IntersectionObserver" in window) {
  const links = new Map([...strip.querySelectorAll("a")].map((a) => [a.hash.slice(1), a]));
  const mark = (id) => {
    links.forEach((link, key) => {
      if (key === id) link.setAttribute("aria-current", "true"); else link.removeAttribute("aria-current");
    });
    const link = links.get(id);
    const list = strip.querySelector("ol");
    if (link) list.scrollLeft = link.offsetLeft - list.clientWidth / 2 + link.clientWidth / 2;
  };
  const watch = new IntersectionObserver(
    (entries) => entries.forEach((entry) => { if (entry.isIntersecting) mark(entry.target.id); }),
    { rootMargin: "-15% 0px -75% 0px" },
  );
  links.forEach((_, id) => { const row = document.getElementById(id); if (row) watch.observe(row); });
}

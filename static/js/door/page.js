/* The page and its files, kept for a reload without network (worker.js serves them). */
import { open } from "./cache.js";
import { the } from "./screen.js";
import { urls } from "./start.js";

export async function keepPage() {
  if (!navigator.serviceWorker) return;
  try {
    await navigator.serviceWorker.register(urls.worker, { scope: "/door/" });
    const files = filesOfPage().concat([location.origin + "/door/"]);
    const kept = await open();
    await kept.addAll(files);
    /* All is there: only now the files of an older release may go. */
    (await kept.keys()).forEach((old) => { if (!files.includes(old.url)) kept.delete(old); });
    the("phone").dataset.kept = "yes";
  } catch (error) { /* a private window, or a first visit cut short: online it works all the same */ }
}

/* What the page names, its modules among them, and what these have fetched: letters, the decoder. */
function filesOfPage() {
  const named = Array.from(document.querySelectorAll("link[href], script[src]"), (one) => one.href || one.src);
  const fetched = performance.getEntriesByType("resource").map((entry) => entry.name);
  const own = named.concat(fetched).filter((name) => name.startsWith(location.origin + "/static/"));
  return Array.from(new Set(own));
}

/* Where the page and its files are kept for a reload without network (worker.js serves them), and
   how all that a scanner noted beside its queue goes. */
import { notes } from "./notes.js";

const CACHE = "door", NOTES = "door-";

export function open() { return caches.open(CACHE); }

export async function forgetPage() {
  notes.forget(NOTES);
  if (!navigator.serviceWorker) return;
  await caches.delete(CACHE);
  const known = await navigator.serviceWorker.getRegistrations();
  await Promise.all(known.map((one) => one.unregister()));
}

/* Where the page and its files are kept for a reload without network (worker.js serves them), and
   how all that a scanner noted beside its queue goes. */
const CACHE = "door", NOTES = "door-";

export function open() { return caches.open(CACHE); }

export async function forgetPage() {
  for (const name of Object.keys(localStorage)) if (name.startsWith(NOTES)) localStorage.removeItem(name);
  if (!navigator.serviceWorker) return;
  await caches.delete(CACHE);
  const known = await navigator.serviceWorker.getRegistrations();
  await Promise.all(known.map((one) => one.unregister()));
}

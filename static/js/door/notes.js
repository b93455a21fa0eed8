/* Small notes that outlive a reload. Where the browser takes none (its memory is full, or closed),
   they last as long as the page: no note is worth an evening. */
const here = new Map();

export const notes = {
  getItem(name) {
    if (here.has(name)) return here.get(name);
    try { return localStorage.getItem(name); } catch (error) { return null; }
  },
  setItem(name, value) {
    try {
      localStorage.setItem(name, value);
      here.delete(name);
    } catch (error) { here.set(name, value); }
  },
  removeItem(name) {
    here.delete(name);
    try { localStorage.removeItem(name); } catch (error) { /* it kept none */ }
  },
  forget(prefix) {
    here.clear();
    try {
      for (const name of Object.keys(localStorage)) if (name.startsWith(prefix)) localStorage.removeItem(name);
    } catch (error) { /* it kept none */ }
  }
};

/* On the page of a phone that is paired no more: what an earlier scanner left here goes, and how
   many scans it never sent is said. */
import { forgetPage } from "./cache.js";
import * as queue from "./queue.js";

const lost = (await queue.all().catch(() => [])).length;
await queue.forgetAll().catch(() => { /* nothing could be kept here */ });
await forgetPage();
if (lost) location.replace("?lost=" + lost);

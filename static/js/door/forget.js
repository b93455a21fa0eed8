/* On the page of a phone that is paired no more: what an earlier scanner left here goes, and how
   many scans it never sent is said. */
import { forgetPage } from "./cache.js";
import * as queue from "./queue.js";

const lost = (await queue.all()).length;
await queue.forgetAll();
await forgetPage();
if (lost) location.replace("?lost=" + lost);

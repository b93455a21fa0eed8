/* Revoked: nothing stays on the phone. */
import { forgetPage } from "./page.js";
import * as queue from "./queue.js";

export async function gone() {
  queue.forgetAll();
  await forgetPage();
  location.reload();
}

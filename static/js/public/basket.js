// Pages are the same for everyone; the way back to a basket shows only where one exists.
const basket = document.querySelector("[data-basket]");
if (basket && /(?:^|; )basket=\d/.test(document.cookie)) {
  basket.hidden = false;
}

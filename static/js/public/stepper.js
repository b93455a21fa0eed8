// The number field works alone; the two buttons are a comfort, shown only when this script runs.
document.querySelectorAll(".stepper").forEach((stepper) => {
  const [less, more] = stepper.querySelectorAll("button");
  const count = stepper.querySelector("input");
  const most = Number(count.dataset.max || 10);
  const move = (by) => {
    count.value = Math.min(most, Math.max(0, (parseInt(count.value, 10) || 0) + by));
    count.dispatchEvent(new Event("input", { bubbles: true }));
  };
  less.hidden = more.hidden = false;
  less.addEventListener("click", () => move(-1));
  more.addEventListener("click", () => move(1));
});

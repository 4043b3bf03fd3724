"use strict";
// Without this script every mistake is simply shown.
(() => {
  const open = () => document.querySelectorAll("details").forEach((one) => { one.open = true; });
  window.addEventListener("beforeprint", open);

  const form = document.getElementById("filter");
  if (!form) return;
  const count = document.getElementById("count");
  const documents = [...document.querySelectorAll(".document")];
  const whole = document.querySelectorAll("[data-k]").length;
  const chosen = (id) => document.getElementById(id)?.value ?? "";

  const show = () => {
    const [kind, type, arm] = ["k", "t", "a"].map(chosen);
    let shown = 0;
    for (const one of documents) {
      let here = 0;
      for (const sentence of one.querySelectorAll(".case")) {
        let some = 0;
        for (const mistake of sentence.querySelectorAll("[data-k]")) {
          const fits = (!kind || mistake.dataset.k === kind)
            && (!type || mistake.dataset.t === type)
            && (!arm || one.dataset.a === arm);
          mistake.hidden = !fits;
          some += fits;
        }
        sentence.hidden = !some;
        here += some;
      }
      one.hidden = !here;
      shown += here;
    }
    count.textContent = `${shown} of ${whole} mistakes`;
  };

  form.hidden = false;
  form.addEventListener("change", show);
  form.addEventListener("reset", () => setTimeout(show));
  form.addEventListener("submit", (event) => event.preventDefault());
  show();
})();

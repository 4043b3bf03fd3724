"use strict";
// Without this script every difference is simply there.
(() => {
  const form = document.getElementById("filter");
  if (!form) return;
  const count = document.getElementById("count");
  const all = document.querySelectorAll(".confusion").length;
  const chosen = (id) => document.getElementById(id).value;

  const show = () => {
    const [kind, type] = ["k", "t"].map(chosen);
    let shown = 0;
    for (const group of document.querySelectorAll(".group")) {
      let inGroup = 0;
      for (const confusion of group.querySelectorAll(".confusion")) {
        const fits = (!kind || group.dataset.k === kind)
          && (!type || confusion.dataset.t.split(" ").includes(type));
        confusion.hidden = !fits;
        inGroup += fits;
      }
      group.hidden = !inGroup;
      shown += inGroup;
    }
    count.textContent = `${shown} of ${all} shown`;
  };

  form.hidden = false;
  form.addEventListener("change", show);
  form.addEventListener("reset", () => setTimeout(show));
  form.addEventListener("submit", (event) => event.preventDefault());
  show();
})();

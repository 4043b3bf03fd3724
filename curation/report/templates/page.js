"use strict";
// Without this script every table and every mistake is simply shown, its relations as arrows below the sentence.
(() => {
  // Tables are closed until somebody asks for them, and open on paper.
  const open = (yes) => document.querySelectorAll("details").forEach((one) => { one.open = yes; });
  open(false);
  window.addEventListener("beforeprint", () => open(true));

  // In the sentence: an arc from word to word for each relation below it.
  const drawing = (name, parent, attributes) => {
    const one = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) one.setAttribute(key, value);
    return parent.appendChild(one);
  };
  const ends = (relation) => [...relation.querySelectorAll("bdi b")].map((one) => one.textContent);

  const draw = ({paragraph, relations}) => {
    paragraph.querySelector("svg")?.remove();
    if (!relations.length) return;
    const base = paragraph.getBoundingClientRect();
    const words = new Map([...paragraph.querySelectorAll("mark b")].map(
      (one) => [one.textContent, one.closest("mark").getClientRects()[0]]));
    const svg = drawing("svg", paragraph, {"aria-hidden": "true"});
    for (const relation of relations) {
      const [from, to] = ends(relation).map((number) => words.get(number));
      if (!from || !to) continue;
      const picture = drawing("g", svg, {});
      picture.relation = relation;
      arc(picture, from, to, base, relation.querySelector(".b") !== null);
    }
  };

  const arc = (picture, from, to, base, both) => {
    const [x, u] = [from, to].map((one) => one.left + one.width / 2 - base.left);
    const rise = Math.round((to.top - from.top) / from.height);
    // On one line over the words; else from line to line.
    const [y, v] = [[from, rise > 0], [to, rise < 0]].map(
      ([one, below]) => (below ? one.bottom : one.top) - base.top);
    const high = rise ? 12 : 7 + Math.min(9, Math.abs(u - x) / 40);
    const [out, back] = [rise > 0 ? high : -high, rise < 0 ? high : -high];
    drawing("path", picture, {d: `M${x} ${y}C${x} ${y + out} ${u} ${v + back} ${u} ${v}`});
    for (const [a, b, way] of both ? [[x, y, out], [u, v, back]] : [[u, v, back]]) {
      drawing("path", picture, {class: "head", d: `M${a} ${b}l-4 ${Math.sign(way) * 7}h8z`});
    }
  };

  const sentences = new Map();
  for (const one of document.querySelectorAll(".case")) {
    const sides = ["g", "s"].map((side) => ({
      paragraph: one.querySelector(`p.${side}`),
      relations: [...one.querySelectorAll(`li > .${side} > .r`)],
    }));
    if (sides.some((side) => side.relations.length)) sentences.set(one, sides);
  }
  const redraw = (one) => {
    const sides = sentences.get(one).map((side) => (
      {...side, relations: side.relations.filter((relation) => relation.offsetParent)}));
    one.classList.toggle("arcs", sides.some((side) => side.relations.length));
    sides.forEach(draw);
  };
  // Drawn anew whenever the room for a sentence changes, but only once it is near.
  const sizes = new ResizeObserver((all) => requestAnimationFrame(
    () => all.forEach((one) => redraw(one.target))));
  const near = new IntersectionObserver((all) => all.forEach((one) => {
    sizes[one.isIntersecting ? "observe" : "unobserve"](one.target);
  }), {rootMargin: "50%"});
  sentences.forEach((_, one) => near.observe(one));
  // Pointing at a mistake leaves its own arcs alone.
  document.addEventListener("pointerover", ({target}) => {
    const mistake = target.closest(".case li");
    for (const picture of document.querySelectorAll(".case svg g")) {
      picture.classList.toggle("faint", mistake?.parentNode === picture.relation.closest("ul")
        && !mistake.contains(picture.relation));
    }
  });

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

"use strict";
// Without this script every table and every mistake is simply shown, its relations as arrows below the sentence.
(() => {
  // Tables are closed until somebody asks for them, and open on paper.
  const openTables = (yes) => document.querySelectorAll("details:not(.alike)").forEach((details) => { details.open = yes; });
  openTables(false);
  window.addEventListener("beforeprint", () => openTables(true));

  // A column's header sorts by it: figures from the largest, words from the first; once more turns that.
  const figure = (row, n) => {
    const text = row.cells[n].textContent;
    return text === "–" ? -1 : Number(text.replace(/[,<>]/g, ""));
  };
  const sortBy = (table, header) => {
    const n = header.cellIndex;
    const rows = [...table.tBodies[0].rows];
    const isOfFigures = rows.every((row) => !Number.isNaN(figure(row, n)));
    const turned = header.getAttribute("aria-sort") === (isOfFigures ? "descending" : "ascending");
    rows.sort((a, b) => (isOfFigures ? figure(b, n) - figure(a, n)
      : a.cells[n].textContent.localeCompare(b.cells[n].textContent)) * (turned ? -1 : 1));
    table.querySelectorAll("[aria-sort]").forEach((other) => other.removeAttribute("aria-sort"));
    header.setAttribute("aria-sort", isOfFigures === turned ? "ascending" : "descending");
    table.tBodies[0].append(...rows);
  };
  for (const table of document.querySelectorAll("table.sortable")) {
    for (const header of table.tHead.querySelectorAll("th")) {
      const button = document.createElement("button");
      button.append(...header.childNodes);
      header.append(button);
      button.addEventListener("click", () => sortBy(table, header));
    }
  }

  // In the sentence: an arc from word to word for each relation below it.
  const addShape = (name, parent, attributes) => {
    const shape = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) shape.setAttribute(key, value);
    return parent.appendChild(shape);
  };
  const numbersOfEnds = (relation) =>
    [...relation.querySelectorAll("bdi b")].map((number) => number.textContent);

  const drawArcs = ({paragraph, relations}) => {
    paragraph.querySelector("svg")?.remove();
    if (!relations.length) return;
    const base = paragraph.getBoundingClientRect();
    const words = new Map([...paragraph.querySelectorAll("mark b")].map(
      (number) => [number.textContent, number.closest("mark").getClientRects()[0]]));
    const svg = addShape("svg", paragraph, {"aria-hidden": "true"});
    for (const relation of relations) {
      const [from, to] = numbersOfEnds(relation).map((number) => words.get(number));
      if (!from || !to) continue;
      const picture = addShape("g", svg, {});
      picture.relation = relation;
      drawArc(picture, from, to, base, relation.querySelector(".b") !== null);
    }
  };

  const drawArc = (picture, from, to, base, isSymmetric) => {
    const [x, u] = [from, to].map((word) => word.left + word.width / 2 - base.left);
    const rise = Math.round((to.top - from.top) / from.height);
    // On one line over the words; else from line to line.
    const [y, v] = [[from, rise > 0], [to, rise < 0]].map(
      ([word, below]) => (below ? word.bottom : word.top) - base.top);
    const high = rise ? 12 : 7 + Math.min(9, Math.abs(u - x) / 40);
    const [out, back] = [rise > 0 ? high : -high, rise < 0 ? high : -high];
    addShape("path", picture, {d: `M${x} ${y}C${x} ${y + out} ${u} ${v + back} ${u} ${v}`});
    for (const [a, b, way] of isSymmetric ? [[x, y, out], [u, v, back]] : [[u, v, back]]) {
      addShape("path", picture, {class: "head", d: `M${a} ${b}l-4 ${Math.sign(way) * 7}h8z`});
    }
  };

  const sentences = new Map();
  for (const sentence of document.querySelectorAll(".sentence")) {
    const sides = ["g", "s"].map((side) => ({
      paragraph: sentence.querySelector(`p.${side}`),
      relations: [...sentence.querySelectorAll(`li > .${side} > .r`)],
    }));
    if (!sides.some((side) => side.relations.length)) continue;
    sentences.set(sentence, sides);
    sentence.classList.add("arcs");
  }
  const redraw = (sentence) => {
    const sides = sentences.get(sentence).map((side) => (
      {...side, relations: side.relations.filter((relation) => relation.offsetParent)}));
    sentence.classList.toggle("arcs", sides.some((side) => side.relations.length));
    sides.forEach(drawArcs);
  };
  // Arcs are drawn anew whenever a sentence changes its size, but only near the window.
  const sizes = new ResizeObserver((all) => requestAnimationFrame(
    () => all.forEach((entry) => redraw(entry.target))));
  const near = new IntersectionObserver((all) => all.forEach((entry) => {
    sizes[entry.isIntersecting ? "observe" : "unobserve"](entry.target);
  }), {rootMargin: "50%"});
  sentences.forEach((_, sentence) => near.observe(sentence));
  // Pointing at a mistake leaves its own arcs alone.
  document.addEventListener("pointerover", ({target}) => {
    const mistake = target.closest(".sentence li");
    for (const picture of document.querySelectorAll(".sentence svg g")) {
      picture.classList.toggle("faint", mistake?.parentNode === picture.relation.closest("ul")
        && !mistake.contains(picture.relation));
    }
  });

  const form = document.getElementById("filter");
  if (!form) return;
  const count = document.getElementById("count");
  const documents = [...document.querySelectorAll(".document")];
  const all = document.querySelectorAll("[data-k]").length;
  const whole = document.getElementById("w");
  const chosen = (id) => document.getElementById(id)?.value ?? "";

  // Of a document that has a fitting mistake, the other sentences are there in whole articles alone.
  const show = () => {
    const [kind, type, suggested, arm] = ["k", "t", "s", "a"].map(chosen);
    const isChosen = kind || type || suggested;
    let shown = 0;
    for (const section of documents) {
      let inDocument = 0;
      for (const sentence of section.querySelectorAll(".sentence")) {
        let inSentence = 0;
        for (const mistake of sentence.querySelectorAll("[data-k]")) {
          const fits = (!kind || mistake.dataset.k === kind)
            && (!type || mistake.dataset.t === type)
            && (!suggested || mistake.dataset.s === suggested)
            && (!arm || section.dataset.a === arm);
          mistake.hidden = !fits;
          inSentence += fits;
        }
        sentence.hidden = !inSentence && !whole.checked;
        inDocument += inSentence;
      }
      for (const alike of section.querySelectorAll(".alike")) alike.hidden = isChosen && !whole.checked;
      section.hidden = !inDocument;
      shown += inDocument;
    }
    count.textContent = `${shown} of ${all} mistakes`;
  };
  const openArticles = () => {
    document.querySelectorAll(".alike").forEach((alike) => { alike.open = whole.checked; });
  };

  form.hidden = false;
  form.addEventListener("change", show);
  whole.addEventListener("change", openArticles);
  form.addEventListener("reset", () => setTimeout(() => { openArticles(); show(); }));
  form.addEventListener("submit", (event) => event.preventDefault());
  document.querySelectorAll(".confusions a").forEach((link) => link.addEventListener("click", () => {
    form.reset();
    for (const id of ["t", "s"]) document.getElementById(id).value = link.dataset[id];
    setTimeout(show);
  }));
  // A document that the filter hides is shown to whoever asks for it.
  document.getElementById("documents").addEventListener("click", ({target}) => {
    const section = document.getElementById(target.closest("a")?.hash.slice(1) ?? "");
    if (section?.hidden) { form.reset(); whole.checked = false; section.hidden = false; }
  });
  show();
})();

"use strict";
(() => {
  const moves = [...document.querySelectorAll(".moves > li")];
  const cells = [...document.querySelectorAll(".matrix button")];
  const find = document.getElementById("find");
  const all = document.getElementById("all");
  const shown = document.getElementById("shown");
  if (!shown) return;
  const first = shown.textContent;
  const texts = new Map(moves.map((move) => [move, move.textContent.toLowerCase()]));
  let chosen = null;

  const inCell = (move) =>
    !chosen ||
    (move.getAttribute(`data-${chosen.dataset.facet}-old`) === chosen.dataset.old &&
      move.getAttribute(`data-${chosen.dataset.facet}-new`) === chosen.dataset.new);

  const show = () => {
    const word = find.value.trim().toLowerCase();
    let count = 0;
    for (const move of moves) {
      move.hidden = !(inCell(move) && texts.get(move).includes(word));
      count += !move.hidden;
    }
    for (const cell of cells) cell.setAttribute("aria-pressed", String(cell === chosen));
    all.hidden = !chosen && !word;
    shown.textContent = all.hidden
      ? first
      : chosen
        ? `${count} of the ${chosen.textContent.trim()} issues that go from ${chosen.dataset.old} to ${chosen.dataset.new}`
        : `${count} of the ${moves.length} issues in this report`;
  };

  for (const cell of cells) {
    cell.addEventListener("click", () => {
      chosen = chosen === cell ? null : cell;
      show();
      if (chosen) shown.scrollIntoView({ behavior: "smooth", block: "start" });
    });
  }
  find.addEventListener("input", show);
  all.addEventListener("click", () => {
    chosen = null;
    find.value = "";
    show();
  });
})();

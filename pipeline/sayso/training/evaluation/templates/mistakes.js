"use strict";
const byId = (id) => document.getElementById(id);
const groups = [...document.querySelectorAll(".group")];
const rows = groups.flatMap((group) => [...group.querySelectorAll("article")]);
const texts = new Map(rows.map((row) => [row, row.querySelector(".row").textContent.toLowerCase()]));

function sort() {
  const way = Number(byId("sort").value);
  for (const group of groups) {
    const sorted = [...group.querySelectorAll("article")].sort((a, b) => way * (a.dataset.p - b.dataset.p));
    group.append(...sorted);
  }
}

function filter() {
  const gold = byId("gold").value, found = byId("found").value;
  const words = byId("words").value.toLowerCase().split(/\s+/).filter(Boolean);
  let shown = 0;
  for (const row of rows) {
    const text = texts.get(row);
    row.hidden = Boolean((gold && row.dataset.gold !== gold) || (found && row.dataset.found !== found) || !words.every((word) => text.includes(word)));
    shown += row.hidden ? 0 : 1;
  }
  for (const group of groups) group.hidden = !group.querySelector("article:not([hidden])");
  byId("count").textContent = `${shown} of ${rows.length} shown`;
}

byId("sort").addEventListener("change", sort);
for (const id of ["gold", "found", "words"]) byId(id).addEventListener("input", filter);
byId("filter").addEventListener("submit", (event) => event.preventDefault());
filter();

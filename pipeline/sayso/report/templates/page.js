(() => {
  "use strict";
  const $ = (id) => document.getElementById(id);
  const box = $("filter");
  const form = box.form;
  const status = $("filter-status");
  const groups = [...document.querySelectorAll("[data-group]")];
  const folds = [...document.querySelectorAll("details.more")];
  // An entry is found by its own words and by those of the heading that it stands under.
  const items = [...document.querySelectorAll("[data-item]")].map((item) => {
    const heading = item.closest("[data-group]")?.querySelector("h3");
    return [item, `${heading?.textContent ?? ""} ${item.textContent}`.toLowerCase()];
  });
  const printed = [...document.querySelectorAll("figure[data-seen]")];
  const columns = [...document.querySelectorAll(".matrix :is(th, td)[data-actor]")];
  const own = document.querySelector(".matrix thead th.own")?.dataset.actor;

  // data-seen holds "outlet:date" pairs; an entry without the attribute is not about any one outlet or date.
  const wasSeen = (node, want) => {
    if (node.dataset.seen === undefined || !(want.outlet || want.from || want.to)) return true;
    return node.dataset.seen.split(" ").some((pair) => {
      const [outlet, date] = pair.split(":");
      if (want.outlet && outlet !== want.outlet) return false;
      if ((want.from || want.to) && !date) return false;
      return (!want.from || date >= want.from) && (!want.to || date <= want.to);
    });
  };
  const isOf = (node, want) =>
    (!want.actor || node.dataset.actor === undefined || node.dataset.actor === want.actor) &&
    (!want.verdict || node.dataset.verdict === undefined || node.dataset.verdict === want.verdict);

  const wanted = () => ({
    words: box.value.toLowerCase().split(/\s+/).filter(Boolean),
    actor: $("filter-actor").value,
    verdict: $("filter-verdict").value,
    outlet: $("filter-outlet")?.value ?? "",
    from: $("filter-from")?.value ?? "",
    to: $("filter-to")?.value ?? "",
  });

  const apply = () => {
    const want = wanted();
    const active = want.words.length > 0 || ["actor", "verdict", "outlet", "from", "to"].some((key) => want[key]);
    for (const cell of columns) {
      // The own voice stays beside a chosen actor, for comparison.
      cell.hidden = Boolean(want.actor) && cell.dataset.actor !== want.actor && cell.dataset.actor !== own;
      const fits = wasSeen(cell, want) && (!want.verdict || cell.dataset.verdict === want.verdict);
      cell.classList.toggle("dimmed", cell.tagName === "TD" && active && !fits && !cell.classList.contains("silent"));
    }
    for (const figure of printed) figure.hidden = !wasSeen(figure, want);
    let shown = 0;
    for (const [item, text] of items) {
      const cells = [...item.querySelectorAll(":scope > td[data-actor]")];
      const spoken = !cells.length || !active || cells.some((td) => td.dataset.verdict && !td.hidden && !td.classList.contains("dimmed"));
      item.hidden = !(spoken && isOf(item, want) && wasSeen(item, want) && want.words.every((word) => text.includes(word)));
      shown += item.hidden ? 0 : 1;
    }
    for (const group of groups) {
      group.hidden = active && Boolean(group.querySelector("[data-item]")) && !group.querySelector("[data-item]:not([hidden])");
    }
    // What matches must not stay folded away.
    const choosy = Boolean(want.words.length || want.outlet || want.from || want.to);
    for (const fold of folds) {
      fold.open = choosy;
      fold.hidden = !fold.querySelector("figure:not([hidden])");
    }
    const note = want.outlet || want.from || want.to ? " Positions rest on all sentences, whatever is shown." : "";
    status.textContent = active ? `${shown} of ${items.length} entries.${note}` : "";
  };

  const clear = () => {
    const order = $("sort-claims").value;
    form.reset();
    $("sort-claims").value = order;
    apply();
  };

  const rows = [...document.querySelectorAll(".matrix tbody tr")];
  const sortClaims = () => {
    const key = $("sort-claims").value;
    const name = (row) => row.querySelector("th").textContent.trim();
    const order = [...rows].sort((a, b) => {
      if (key === "name") return name(a).localeCompare(name(b), "en");
      return key ? Number(b.dataset[key]) - Number(a.dataset[key]) : 0;
    });
    order.forEach((row, place) => {
      for (const twin of document.querySelectorAll(`[data-claim="${row.dataset.claim}"]`)) {
        if (twin.tagName === "TR") twin.parentNode.append(twin);
        else twin.style.order = place;
      }
    });
  };

  const sortable = (table) => {
    const heads = [...table.querySelectorAll("thead th")];
    const value = (row, n) => row.cells[n].dataset.value ?? row.cells[n].textContent.trim();
    heads.forEach((head, n) => {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const down = head.getAttribute("aria-sort") === "ascending";
        for (const other of heads) other.removeAttribute("aria-sort");
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        const sorted = [...table.tBodies[0].rows].sort((a, b) => value(a, n).localeCompare(value(b, n), "en", { numeric: true }));
        table.tBodies[0].append(...(down ? sorted.reverse() : sorted));
      });
    });
  };

  const plain = (node) => (node?.textContent ?? "").replace(/\s+/g, " ").trim();
  const citation = (figure) => {
    const cell = figure.closest(".cell");
    const words = [...figure.querySelectorAll(".sentence")].map((piece) => piece.textContent).join("");
    const title = plain(figure.querySelector(".title"));
    const where = [plain(figure.querySelector(".outlet")), title && `“${title}”`, plain(figure.querySelector("time"))];
    where.push(figure.querySelector(".original")?.href, plain(figure.querySelector(".characters")));
    const read = `${plain(cell.querySelector("h4 a"))} ${plain(figure.querySelector(".stance"))}: “${plain(cell.parentNode.querySelector("h3")).replace(/ #$/, "")}”`;
    return `“${words.replace(/\s+/g, " ").trim()}” (${where.filter(Boolean).join(", ")}; read by sayso as ${read})`;
  };
  const copy = async (button, text) => {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      const area = document.createElement("textarea");
      area.value = text;
      document.body.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
      button.focus();
    }
    const label = button.textContent;
    button.textContent = "copied";
    status.textContent = "Copied.";
    setTimeout(() => { button.textContent = label; }, 1500);
  };
  const copyButton = (label, text) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy";
    button.textContent = label;
    button.addEventListener("click", () => copy(button, text()));
    return button;
  };
  for (const cell of document.querySelectorAll(".cell")) {
    const figures = [...cell.querySelectorAll("figure")];
    for (const figure of figures) figure.querySelector("figcaption").append(copyButton("cite", () => citation(figure)));
    const all = () => figures.filter((figure) => !figure.hidden).map(citation).join("\n\n");
    if (figures.length) cell.querySelector(".side").append(copyButton("copy the evidence", all));
  }

  document.querySelectorAll("table.sortable").forEach(sortable);
  form.hidden = false;
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", apply);
  form.addEventListener("reset", () => setTimeout(() => { sortClaims(); apply(); }));
  $("sort-claims").addEventListener("input", sortClaims);
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest?.("input, select, textarea");
    if (event.key === "Escape" && document.activeElement === box) clear();
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      box.focus();
    }
  });
  // A link must not lead to something that the filter hides or that is folded away.
  const reveal = () => {
    const target = $(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    if (target.closest("[hidden]")) clear();
    const fold = target.closest("details");
    if (fold) fold.open = true;
    target.scrollIntoView();
  };
  addEventListener("hashchange", reveal);
  if (location.hash) reveal();
})();

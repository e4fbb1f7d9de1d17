(() => {
  "use strict";
  const box = document.getElementById("filter");
  const status = document.getElementById("filter-status");
  const groups = [...document.querySelectorAll("[data-group]")];
  // An entry is found by its own words and by those of the heading that it stands under.
  const items = [...document.querySelectorAll("[data-item]")].map((item) => {
    const heading = item.closest("[data-group]")?.querySelector("h3");
    return [item, `${heading?.textContent ?? ""} ${item.textContent}`.toLowerCase()];
  });

  const apply = () => {
    const words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const [item, text] of items) {
      item.hidden = !words.every((word) => text.includes(word));
      shown += item.hidden ? 0 : 1;
    }
    for (const group of groups) {
      group.hidden = words.length > 0 && !group.querySelector("[data-item]:not([hidden])");
    }
    status.textContent = words.length ? `${shown} of ${items.length} entries` : "";
  };

  const clear = () => {
    box.value = "";
    apply();
  };

  box.form.hidden = false;
  box.form.addEventListener("submit", (event) => event.preventDefault());
  box.addEventListener("input", apply);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && document.activeElement === box) clear();
    if (event.key === "/" && document.activeElement !== box) {
      event.preventDefault();
      box.focus();
    }
  });
  // A link must not lead to something that the filter hides.
  addEventListener("hashchange", () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (target?.closest("[hidden]")) {
      clear();
      target.scrollIntoView();
    }
  });
})();

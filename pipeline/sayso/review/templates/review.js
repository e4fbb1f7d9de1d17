(() => {
  "use strict";
  const form = document.querySelector("form.answers");
  const keys = { a: "asserts", d: "denies", u: "uncertain", n: "unrelated" };
  let sent = false;
  const answer = (label) => {
    const button = form?.querySelector(`button[value="${label}"]`);
    if (button && !sent) form.requestSubmit(button);
  };
  form?.addEventListener("submit", (event) => {
    if (sent) event.preventDefault();
    sent = true;
  });
  // A page that the browser brings back is a new chance.
  addEventListener("pageshow", () => { sent = false; });
  addEventListener("keydown", (event) => {
    // A key that is held down must not answer for pages that nobody has read.
    if (event.repeat || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const follow = (id) => document.getElementById(id)?.click();
    if (event.key === "ArrowLeft") follow("back");
    else if (event.key === "ArrowRight") follow("skip");
    else if (event.key === "Enter") {
      // Where a button or link has the focus, Enter is its own.
      if (form && !document.activeElement?.closest("a, button")) {
        event.preventDefault();
        answer(form.dataset.answer);
      }
    } else if (keys[event.key.toLowerCase()]) answer(keys[event.key.toLowerCase()]);
  });
})();

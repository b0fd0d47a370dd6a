// The mark sheet's keys: Enter and the arrows go from pupil to pupil; a cell says when its answer is a refusal.
(() => {
  const cells = () => [...document.querySelectorAll("[data-edu-sheet] input:not([type=hidden])")];

  document.addEventListener("keydown", (event) => {
    const step = { Enter: event.shiftKey ? -1 : 1, ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || !event.target.closest("[data-edu-sheet]")) return;
    event.preventDefault();
    const all = cells();
    const next = all[all.indexOf(event.target) + step];
    if (next) next.focus();
    else event.target.blur(); // the last cell is left too: it saves itself
  });
  document.addEventListener("focusin", ({ target }) => {
    if (target.matches("[data-edu-sheet] input")) target.select();
  });
  document.addEventListener("htmx:afterSwap", ({ target }) => {
    const input = target.matches("output") && target.previousElementSibling;
    if (input) input.setAttribute("aria-invalid", Boolean(target.querySelector(".err")));
  });
})();

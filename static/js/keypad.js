// The telephone's keypad: digits, codes, the next pupil, with one thumb; the system's own keyboard stays away.
(() => {
  const pad = document.querySelector("[data-edu-pad]");
  if (!pad || !window.edu?.cells || !matchMedia("(pointer:coarse) and (max-width:47.99em)").matches) return;
  const { table, commit, head, named, beyond } = edu.cells;
  let cell, fresh = true;

  const open = (input) => {
    [cell, fresh] = [input, true];
    pad.hidden = false;
    const issue = document.getElementById(input.getAttribute("aria-describedby"))?.firstElementChild.textContent;
    pad.firstElementChild.textContent = `${named(input)} sur ${head(input).dataset.outOf}${issue ? ` : ${issue}` : ""}`;
    const hidden = input.getBoundingClientRect().bottom - (innerHeight - pad.offsetHeight - 48);
    if (hidden > 0) scrollBy(0, hidden + 96);
  };
  const move = (step) => {
    const next = beyond(cell, step, 0);
    if (next) next.focus();
    else commit(cell);
  };
  const write = (value) => {
    cell.value = value;
    fresh = false;
    cell.dispatchEvent(new Event("input", { bubbles: true }));
  };

  const press = (key) => {
    if (key === "down" || key === "up") move(key === "down" ? 1 : -1);
    else if (key === "del") write(fresh ? "" : cell.value.slice(0, -1));
    else if (/[ADNZ]/.test(key)) { write(key); move(1); } // nothing can follow a code
    else {
      write((fresh ? "" : cell.value) + key);
      if (/,\d\d$/.test(cell.value)) move(1); // nor two decimals
    }
  };
  pad.addEventListener("pointerdown", (event) => event.preventDefault()); // the cell keeps the focus
  pad.addEventListener("click", ({ target }) => {
    const button = target.closest("button");
    if (!button || !cell) return;
    if (document.activeElement !== cell) cell.focus();
    press(button.value);
  });
  for (const input of table.querySelectorAll("td.cur input")) input.inputMode = "none";
  table.addEventListener("focusin", ({ target }) => { if (target.matches("td.cur input")) open(target); });
})();

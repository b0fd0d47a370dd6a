// The telephone's keypad: digits, codes, the next pupil, with one thumb; the system's own keyboard stays away.
(() => {
  const pad = document.querySelector("[data-edu-pad]");
  if (!pad || !window.edu?.cells || !matchMedia("(pointer:coarse) and (max-width:47.99em)").matches) return;
  const { table, commit, head, named, read, made, beyond } = edu.cells;
  let cell, fresh = true;

  const open = (input) => {
    [cell, fresh] = [input, true];
    pad.hidden = false;
    const line = pad.firstElementChild, issue = document.getElementById(input.getAttribute("aria-describedby"));
    line.textContent = `${named(input)} sur ${head(input).dataset.outOf}`;
    if (issue) line.append(made("a", issue.firstElementChild.textContent, { href: "#" + issue.id }));
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

  // Whether this is a mark that nothing can follow: a code, two decimals, 20 on 20; not 12 (12,5), nor 125 (12,55).
  const isWhole = (text) => {
    const [mark, ...longer] = ["", "1", ",01"].map((more) => read(text + more, cell).value);
    return mark && !longer.some(Boolean);
  };

  const press = (key) => {
    if (key === "down" || key === "up") move(key === "down" ? 1 : -1);
    else if (key === "del") write(fresh ? "" : cell.value.slice(0, -1));
    else {
      write((fresh || /[ADNZ]/.test(key) ? "" : cell.value) + key);
      if (isWhole(cell.value)) move(1);
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

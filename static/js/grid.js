// The gradebook's keys, those of a spreadsheet: moving, selecting, editing, undoing, filling, copying, pasting.
(() => {
  if (!window.edu?.cells) return;
  const { table, commit, made } = edu.cells;
  const past = [], future = [];
  let editing = false, touched = false, before = "", anchor = null;

  const isCell = (node) => node?.matches?.("[data-edu-cells] td > input:not([type=hidden])");
  const inputAt = (row, column) =>
    table.tBodies[0].rows[row]?.cells[column]?.querySelector("input:not([type=hidden])");
  const placeOf = (input) => [input.closest("tr").sectionRowIndex, input.parentNode.cellIndex];
  const width = () => table.tHead.rows[0].cells.length, height = () => table.tBodies[0].rows.length;

  // The next cell in a direction, over those that are closed.
  const beyond = (input, down, right) => {
    let [row, column] = placeOf(input);
    do { row += down; column += right; } while (
      row >= 0 && row < height() && column > 1 && column < width() && !inputAt(row, column)?.offsetParent);
    return inputAt(row, column);
  };
  const furthest = (input, down, right) => {
    for (let next; (next = beyond(input, down, right)); ) input = next;
    return input;
  };

  // A selection is a rectangle from `anchor` to the cell one is in.
  const selected = () => {
    const here = document.activeElement;
    if (!anchor || !isCell(here)) return isCell(here) ? [[here]] : [];
    const [[r1, c1], [r2, c2]] = [placeOf(anchor), placeOf(here)], rows = [];
    for (let r = Math.min(r1, r2); r <= Math.max(r1, r2); r++) {
      const row = [];
      for (let c = Math.min(c1, c2); c <= Math.max(c1, c2); c++) row.push(inputAt(r, c));
      rows.push(row);
    }
    return rows;
  };
  const draw = () => {
    for (const td of table.querySelectorAll(".sel")) td.classList.remove("sel");
    if (anchor) for (const input of selected().flat()) input?.parentNode.classList.add("sel");
  };

  // A change of one or more cells, undone and done again as one.
  const write = (changes) => {
    for (const [input, , to] of changes) { input.value = to; commit(input); }
  };
  const remember = (changes) => {
    if (!changes.length) return;
    past.push(changes);
    future.length = 0;
  };
  const apply = (pairs) => {
    const changes = pairs.filter(([input, to]) => input && input.value !== to).map(([input, to]) => [input, input.value, to]);
    write(changes);
    remember(changes.map(([input, from]) => [input, from, input.value]));
    before = document.activeElement.value;
  };
  const undo = (from, to) => {
    const changes = from.pop();
    if (!changes) return;
    to.push(changes.map(([input, was, is]) => [input, is, was]));
    write(changes.map(([input, was, is]) => [input, is, was]));
    changes[0][0].focus();
    before = changes[0][0].value;
  };

  const go = (input, event) => {
    if (!input) return;
    event.preventDefault();
    const start = event.shiftKey && event.key.startsWith("Arrow") ? anchor || event.target : null;
    input.focus();
    anchor = start;
    draw();
    input.scrollIntoView({ block: "nearest", inline: "nearest" });
  };

  const edit = (input, event) => {
    event.preventDefault();
    editing = true;
    input.setSelectionRange(input.value.length, input.value.length);
  };
  const enter = (input, event) => {
    if (!editing && !touched && input.value && !event.shiftKey) return edit(input, event);
    const next = beyond(input, event.shiftKey ? -1 : 1, 0);
    event.preventDefault();
    if (next) next.focus();
    else input.blur();
  };
  const keys = {
    ArrowUp: (input, event) => go(beyond(input, -1, 0), event),
    ArrowDown: (input, event) => go(beyond(input, 1, 0), event),
    ArrowLeft: (input, event) => editing || go(beyond(input, 0, -1), event),
    ArrowRight: (input, event) => editing || go(beyond(input, 0, 1), event),
    Home: (input, event) => editing || go(event.ctrlKey ? furthest(input, -1, 0) : furthest(input, 0, -1), event),
    End: (input, event) => editing || go(event.ctrlKey ? furthest(input, 1, 0) : furthest(input, 0, 1), event),
    Enter: enter,
    F2: edit,
    Escape: (input) => { input.value = before; editing = touched = false; anchor = null; draw(); input.select(); },
    Delete: (input, event) => {
      if (!anchor) return;
      event.preventDefault();
      apply(selected().flat().map((one) => [one, ""]));
    },
  };
  const chords = {
    z: (input) => { if (input.value !== before) input.value = before; else undo(past, future); },
    y: () => undo(future, past),
    d: (input) => {
      const rows = selected();
      const above = anchor ? rows[0] : [beyond(input, -1, 0)];
      const below = anchor ? rows.slice(1) : rows;
      apply(below.flatMap((row) => row.map((one, n) => [above[n] && one, above[n]?.value])));
      if (!anchor) beyond(input, 1, 0)?.focus();
    },
    a: (input) => input.select(),
  };

  table.addEventListener("keydown", (event) => {
    const input = event.target;
    if (!isCell(input) || event.isComposing) return;
    const chord = (event.ctrlKey || event.metaKey) && !event.altKey && chords[event.key.toLowerCase()];
    if (chord) { event.preventDefault(); chord(input); } else keys[event.key]?.(input, event);
  });
  table.addEventListener("focusin", ({ target }) => {
    if (!isCell(target)) return;
    [before, editing, touched] = [target.value, false, false];
    target.select();
  });
  table.addEventListener("input", () => { touched = true; });
  table.addEventListener("focusout", ({ target }) => {
    if (isCell(target) && target.value !== before) remember([[target, before, target.value]]);
  });
  table.addEventListener("mousedown", (event) => {
    const input = event.target;
    if (!isCell(input)) return;
    if (event.shiftKey && isCell(document.activeElement)) {
      const start = anchor || document.activeElement;
      event.preventDefault();
      input.focus();
      anchor = start;
    } else anchor = null;
    draw();
  });
  table.addEventListener("click", ({ target }) => { if (target === document.activeElement && !editing && !anchor) target.select?.(); });
  table.addEventListener("dblclick", () => { editing = true; });

  // Copy and paste, as text between tabs and lines: what every spreadsheet gives and takes.
  table.addEventListener("copy", (event) => {
    if (!anchor) return;
    event.preventDefault();
    const text = selected().map((row) => row.map((input) => input?.value ?? "").join("\t")).join("\n");
    event.clipboardData.setData("text/plain", text);
  });
  table.addEventListener("paste", (event) => {
    const input = event.target, text = event.clipboardData.getData("text/plain").replace(/\r?\n$/, "");
    if (!isCell(input) || !/[\t\n]/.test(text)) return; // one value goes in as if typed
    event.preventDefault();
    const [row, column] = placeOf(input);
    const pairs = text.split(/\r?\n/).flatMap((line, down) =>
      line.split("\t").map((value, right) => [inputAt(row + down, column + right), value.trim()]));
    const given = pairs.filter(([cell, value]) => cell && value); // a blank leaves its cell as it is
    const lost = pairs.filter(([cell, value]) => !cell && value).length;
    const over = given.filter(([cell, value]) => cell.value && cell.value !== value.replace(".", ","));
    if (over.length || lost) ask(given, over, lost);
    else apply(given);
  });

  edu.cells.beyond = beyond;
  const plural = (n, word) => `${n} ${word}${n > 1 ? "s" : ""}`;
  const ask = (given, over, lost) => {
    const dialog = made("dialog", ""), list = made("ul", "", { className: "diff" }), acts = made("p", "", { className: "acts" });
    for (const [cell, value] of over.slice(0, 60)) {
      const item = made("li", cell.closest("tr").cells[1].textContent.trim() + " : ");
      item.append(made("s", cell.value), " → ", made("b", value));
      list.append(item);
    }
    const close = (pairs) => () => { dialog.close(); dialog.remove(); apply(pairs); };
    const button = (text, pairs, look) => made("button", text, { type: "button", className: "btn" + look, onclick: close(pairs) });
    const empty = given.filter((pair) => !over.includes(pair));
    acts.append(button(over.length ? `Remplacer ${plural(over.length, "note")}` : "Coller", given, ""));
    if (over.length && empty.length) acts.append(button("Ne remplir que les vides", empty, " alt"));
    acts.append(button("Annuler", [], " txt"));
    dialog.append(made("h2", over.length ? `${plural(over.length, "note")} à remplacer` : "Coller"));
    if (lost) dialog.append(made("p", `${plural(lost, "valeur")} hors du tableau ne seront pas collées.`));
    dialog.append(list, acts);
    dialog.oncancel = () => dialog.remove();
    document.body.append(dialog);
    dialog.showModal();
  };
})();

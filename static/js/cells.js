// The gradebook's cells: a cell that is left is read, kept (queue.js), then saved; each shows where it stands.
(() => {
  const table = document.querySelector("[data-edu-cells]");
  if (!table || !window.edu?.queue) return; // the plain form saves the column
  const url = table.dataset.eduCells;
  const find = (name) => document.querySelector(`[data-edu-${name}]`);
  const todo = find("todo"), said = find("said"), trail = find("trail");
  const typed = {}; // by slot: what was last kept
  const form = document.getElementById("column");
  let speak;

  const title = (th) => th.querySelector("a,b");
  const head = (input) => table.tHead.rows[0].cells[input.parentNode.cellIndex];
  const rowOf = (student) => document.getElementById("n" + student)?.parentNode;
  const slotOf = (input) => head(input).id.slice(1) + "." + input.closest("tr").cells[1].id.slice(1);
  const inputOf = (slot) => {
    const [column, student] = slot.split("."), row = rowOf(student);
    const place = document.getElementById("c" + column)?.cellIndex;
    return row?.cells[place]?.querySelector("input:not([type=hidden])");
  };
  const named = (input) => {
    const [number, who] = input.closest("tr").cells;
    return `${number.textContent}. ${who.textContent.trim()}, ${title(head(input)).textContent.trim()}`;
  };

  // Reading, as the server does (rules.py), plus what only a keyboard explains: digits without Shift, no comma.
  const AZERTY = "à&é\"'(-è_ç";
  const CODES = { a: "Abs", d: "Disp", n: "N.Rdu", z: "N.Not", abs: "Abs", disp: "Disp", nrdu: "N.Rdu", nnot: "N.Not" };
  const read = (text, input) => {
    const scale = head(input).dataset.outOf;
    let value = text.trim().toLowerCase();
    const code = CODES[value.replaceAll(".", "")];
    if (!value || code) return { value: code || "" };
    if (/^[à&é"'(\-è_ç]+([,.;][à&é"'(\-è_ç]*)?$/.test(value)) {
      value = [...value].map((key) => (AZERTY.includes(key) ? AZERTY.indexOf(key) : key)).join("");
    }
    const found = /^(\d*)(?:[.,;](\d*))?$/.exec(value);
    if (!found || !/\d/.test(value)) return { why: `« ${text.slice(0, 8)} » n’est pas une note : de 0 à ${scale}, ou A, D, N, Z.` };
    const most = +scale.replace(",", ".");
    let [whole, part] = [found[1], (found[2] || "").replace(/0+$/, "")];
    for (let n = 1; n < 3 && !found[2] && +whole > most && whole.length > String(Math.floor(most)).length; n++) {
      const cut = found[1].length - n;
      [whole, part] = [found[1].slice(0, cut), found[1].slice(cut).replace(/0+$/, "")];
    }
    if (part.length > 2) return { why: "Deux chiffres au plus après la virgule." };
    if (+`${whole || 0}.${part || 0}` > most) return { why: `${text.slice(0, 8)} dépasse le barème de ${scale}.` };
    return { value: String(+whole) + (part && "," + part) };
  };

  const say = (text) => { clearTimeout(speak); speak = setTimeout(() => { said.textContent = text; }, 1500); };

  const mark = (input, state, fate) => {
    const td = input.parentNode, id = "e" + slotOf(input);
    td.classList.remove("w", "s", "x", "k");
    if (state) td.classList.add(state);
    document.getElementById(id)?.remove();
    input.removeAttribute("aria-describedby");
    input.setAttribute("aria-invalid", state === "x" || state === "k");
    if (fate) {
      input.setAttribute("aria-describedby", id);
      todo.lastElementChild.append(issue(input, id, fate));
      say(`${named(input)} : ${fate.why || "deux notes"}`);
    }
    todo.hidden = !todo.querySelector("li");
  };
  const made = (tag, text, more) => Object.assign(document.createElement(tag), { textContent: text }, more);
  const button = (text, onclick) => made("button", text, { type: "button", className: "btn alt", onclick });
  const issue = (input, id, fate) => {
    const item = made("li", "", { id, className: fate.why ? "x" : "k" });
    if (fate.why) {
      item.append(made("b", fate.why), made("small", named(input)), button("Corriger", () => input.focus()));
      return item;
    }
    const [hers, theirs] = [input.value || "rien", fate.there || "rien"];
    const at = fate.at && new Date(fate.at).toLocaleTimeString("fr", { hour: "numeric", minute: "2-digit" }).replace(":", " h ");
    item.append(
      made("b", "Deux notes pour un élève"),
      made("small", `${named(input)} : vous ${hers}, ${fate.by || "un collègue"} ${theirs}${at ? ` (${at})` : ""}.`),
      button(`Garder ${hers}`, () => { input.defaultValue = fate.there; commit(input, true); input.focus(); }),
      button(`Prendre ${theirs}`, () => {
        input.value = input.defaultValue = fate.there;
        delete typed[slotOf(input)];
        edu.queue.drop(url, slotOf(input));
        mark(input, "");
        input.focus();
      }));
    return item;
  };

  // A cell is left: kept before anything else is done.
  const commit = (input, anyway) => {
    const slot = slotOf(input), seen = input.defaultValue;
    delete input.parentNode.dataset.as;
    if (!anyway && input.value === (typed[slot] ?? seen)) return;
    const { value, why } = read(input.value, input);
    if (value !== undefined) input.value = value;
    typed[slot] = input.value;
    if (why) {
      edu.queue.hold(url, slot, seen, input.value, { state: "refused", why });
      mark(input, "x", { why });
    } else {
      mark(input, "w");
      edu.queue.put(url, slot, seen, value).then(
        (waits) => { if (!waits) settle(slot, { state: "saved", there: value }); },
        () => { form.hidden = false; mark(input, ""); }); // a browser that keeps nothing: the plain form
    }
  };

  const settle = (slot, fate) => {
    const input = inputOf(slot);
    if (!input) return;
    if (fate.state !== "saved") mark(input, fate.state === "conflict" ? "k" : "x", fate);
    else {
      input.defaultValue = fate.there;
      if ((typed[slot] ?? fate.there) !== fate.there) return; // typed again meanwhile: that one is still to come
      if (input !== document.activeElement) input.value = fate.there;
      delete typed[slot];
      mark(input, "s");
    }
  };
  document.addEventListener("edu:queue", ({ detail }) => {
    if (detail.url !== url) return;
    for (const [slot, fate] of Object.entries(detail.cells)) settle(slot, fate);
    for (const [student, average] of Object.entries(detail.answer?.averages || {})) {
      const row = rowOf(student);
      if (row) row.lastElementChild.textContent = average;
    }
    const kept = Object.values(detail.cells).filter((fate) => fate.state === "saved").length;
    if (kept && !table.querySelector("td.w")) say("Tout est enregistré.");
    htmx.trigger(document.body, "edu:saved");
  });

  // The open column comes with its inputs, for the plain form; the others that are in view get theirs here.
  for (const row of table.querySelectorAll("tbody tr:not(.no)")) {
    for (const td of row.querySelectorAll("td:not(.m,.cur,.avg,.no)")) {
      const th = table.tHead.rows[0].cells[td.cellIndex];
      if (!th.offsetParent) continue;
      const input = made("input", "", { value: td.textContent, defaultValue: td.textContent, inputMode: "decimal" });
      input.setAttribute("aria-labelledby", `${row.cells[1].id} ${title(th).id}`);
      input.autocomplete = "off";
      td.replaceChildren(input);
    }
  }

  // What this person typed here before and has no answer yet, after a reload or a lost browser.
  edu.queue.all(url).then((kept) => {
    for (const one of kept) {
      const input = inputOf(one.slot);
      if (!input) continue;
      input.value = typed[one.slot] = one.typed;
      mark(input, one.fate ? (one.fate.state === "conflict" ? "k" : "x") : "w", one.fate);
    }
  });

  table.addEventListener("focusin", ({ target }) => {
    if (!target.matches("input")) return;
    trail.href = `../${slotOf(target).replace(".", "/eleves/")}/`;
    trail.textContent = `Historique de la note : ${named(target)}`;
    trail.parentNode.hidden = false;
  });
  table.addEventListener("focusout", ({ target }) => { if (target.matches("input")) commit(target); });
  table.addEventListener("input", ({ target }) => {
    const { value } = read(target.value, target);
    const typing = target.value.replace(/[.;]/, ",").toUpperCase(), same = value?.toUpperCase();
    const plain = !value || same.startsWith(typing) || typing.startsWith(same);
    target.parentNode.dataset.as = plain ? "" : "→ " + value; // shown before it counts
  });
  document.addEventListener("visibilitychange", () => {
    if (document.hidden && table.contains(document.activeElement)) commit(document.activeElement);
  });
  if (form) form.hidden = true;
  table.querySelector("td.cur")?.scrollIntoView({ block: "nearest", inline: "nearest" });
  edu.cells = { table, commit, head, named, read, made };
})();

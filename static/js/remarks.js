// Remarks: what is typed is read, kept (queue.js), then saved; each shows where it stands, and the room it has left.
//
//   [data-edu-remarks]  the table; its value: where they are sent. data-edu-limit: characters
//   [data-edu-help]     sentences to begin with; on a narrow screen it joins the remark in hand
(() => {
  const table = document.querySelector("[data-edu-remarks]");
  if (!table || !window.edu?.queue) return; // the plain form saves them
  const url = table.dataset.eduRemarks, limit = +table.dataset.eduLimit;
  const find = (name) => document.querySelector(`[data-edu-${name}]`);
  const help = find("help"), home = help.parentNode, said = find("said"), missing = find("missing");
  const form = document.getElementById("remarks"), narrow = matchMedia("(max-width:47.99em)");
  const fields = [...table.querySelectorAll("textarea")], typed = {}; // by slot: what was last kept
  let hand, speak, pause;

  const slotOf = (field) => "a" + field.name;
  const fieldOf = (slot) => document.getElementById("t" + slot.slice(1));
  const named = (field) => document.getElementById("n" + field.name).textContent.trim();
  const tidy = (text) => text.normalize("NFC").replace(/[ \t\r\n\f\v]+/g, " ").trim(); // as the server does (rules)
  const say = (text) => { clearTimeout(speak); speak = setTimeout(() => { said.textContent = text; }, 1500); };
  const made = (tag, text, more) => Object.assign(document.createElement(tag), { textContent: text }, more);
  const button = (text, onclick) => made("button", text, { type: "button", className: "btn alt", onclick });

  const count = (field) => {
    const length = [...tidy(field.value)].length, place = document.getElementById("c" + field.name);
    place.textContent = `${length}/${limit}`;
    place.classList.toggle("over", length > limit);
    if (missing) missing.textContent = fields.filter((one) => !tidy(one.value)).length;
    return length;
  };

  const mark = (field, state, fate) => {
    const td = field.parentNode, id = "e" + field.name;
    td.classList.remove("w", "s", "x", "k");
    if (state) td.classList.add(state);
    document.getElementById(id)?.remove();
    field.setAttribute("aria-invalid", state === "x" || state === "k");
    field.setAttribute("aria-describedby", `c${field.name}${fate ? ` ${id}` : ""}`);
    if (fate) {
      document.getElementById("c" + field.name).after(fate.why ? made("p", fate.why, { id, className: "err" }) : both(field, id, fate));
      say(`${named(field)} : ${fate.why || "deux appréciations"}`);
    }
    document.getElementById("todo")?.removeAttribute("id");
    const first = table.querySelector(".x,.k");
    if (first) first.id = "todo";
  };
  const both = (field, id, fate) => {
    const at = fate.at && new Date(fate.at).toLocaleTimeString("fr", { hour: "numeric", minute: "2-digit" }).replace(":", " h ");
    const item = made("li", "", { className: "k" });
    item.append(
      made("b", fate.there ? `${fate.by || "Un collègue"} a écrit${at ? ` à ${at}` : ""}` : "Un collègue l’a effacée"),
      ...(fate.there ? [made("q", fate.there)] : []),
      made("br", ""),
      button("Garder la mienne", () => { field.defaultValue = fate.there; commit(field, true); field.focus(); }),
      button(fate.there ? "Prendre la sienne" : "Laisser vide", () => {
        field.value = field.defaultValue = fate.there;
        delete typed[slotOf(field)];
        edu.queue.drop(url, slotOf(field));
        mark(field, "");
        count(field);
        field.focus();
      }));
    const list = made("ul", "", { id, className: "todo" });
    list.append(item);
    return list;
  };

  const commit = (field, anyway) => {
    clearTimeout(pause);
    const slot = slotOf(field), seen = field.defaultValue, value = tidy(field.value), length = count(field);
    if (field !== document.activeElement) field.value = value;
    if (!anyway && value === (typed[slot] ?? seen)) return;
    typed[slot] = value;
    if (length > limit) {
      const why = `${length} caractères : ${limit} au plus.`;
      edu.queue.hold(url, slot, seen, value, { state: "refused", why });
      mark(field, "x", { why });
    } else {
      mark(field, "w");
      edu.queue.put(url, slot, seen, value).then(
        (waits) => { if (!waits) settle(slot, { state: "saved", there: value }); },
        () => { form.hidden = false; mark(field, ""); }); // a browser that keeps nothing: the plain form
    }
  };

  const settle = (slot, fate) => {
    const field = fieldOf(slot);
    if (!field) return;
    if (fate.state !== "saved") return mark(field, fate.state === "conflict" ? "k" : "x", fate);
    field.defaultValue = fate.there;
    if ((typed[slot] ?? fate.there) !== fate.there) return; // typed again meanwhile: that one is still to come
    delete typed[slot];
    mark(field, "s");
  };
  document.addEventListener("edu:queue", ({ detail }) => {
    if (detail.url !== url) return;
    for (const [slot, fate] of Object.entries(detail.cells)) settle(slot, fate);
    if (!table.querySelector(".w,.x,.k")) say("Tout est enregistré.");
  });

  // What this person typed here before and has no answer yet, after a reload or a lost browser.
  edu.queue.all(url).then((kept) => {
    for (const one of kept) {
      const field = fieldOf(one.slot);
      if (!field) continue;
      field.value = typed[one.slot] = one.typed;
      count(field);
      mark(field, one.fate ? (one.fate.state === "conflict" ? "k" : "x") : "w", one.fate);
    }
  });

  // Sentences to begin with, for the remark in hand.
  const wordOf = (field) => field.closest("tr").querySelector(".end small")?.textContent;
  const lastOf = (field) => field.parentNode.querySelector("small q")?.textContent;
  const offer = (field) => {
    hand = field;
    help.hidden = false;
    (narrow.matches ? field.parentNode : home).append(help);
    find("whom").textContent = named(field);
    find("word").textContent = wordOf(field) || "";
    find("word").hidden = !wordOf(field);
    find("last").hidden = !lastOf(field);
  };
  help.addEventListener("mousedown", (event) => event.preventDefault()); // the remark stays in hand
  help.addEventListener("click", ({ target }) => {
    const chip = target.closest("button");
    if (!chip || !hand) return;
    if (chip.hasAttribute("data-edu-keep")) { document.getElementById("phrase").value = tidy(hand.value); return; }
    const text = chip.hasAttribute("data-edu-last") ? lastOf(hand) : chip.textContent;
    const head = tidy(hand.value);
    hand.value = tidy(`${head}${/[^.!?…:;,]$/.test(head) ? "." : ""} ${text}`);
    hand.focus();
    commit(hand);
  }, true);

  table.addEventListener("focusin", ({ target }) => { if (target.matches("textarea")) offer(target); });
  table.addEventListener("focusout", ({ target }) => { if (target.matches("textarea")) commit(target); });
  table.addEventListener("input", ({ target }) => {
    count(target);
    clearTimeout(pause);
    pause = setTimeout(commit, 1500, target);
  });
  document.addEventListener("visibilitychange", () => { if (document.hidden && hand) commit(hand); });
  form.hidden = true;
})();

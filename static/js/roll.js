// The roll: a tap marks absent, a second late, a third present. The last button keeps the list in this browser
// (queue.js), which sends it by itself, with or without network; without a queue, the form goes as any form.
(() => {
  const order = ["present", "absent", "late", "excused"]; // as the template draws them
  const usual = order.slice(0, 3), excused = ["excused", "present", "late"];
  const plural = (n, word) => `${n} ${word}${n > 1 ? "s" : ""}`;
  const clock = (hhmm) => `${+hhmm.slice(0, 2)}\u202fh` + (hhmm.slice(2) === "00" ? "" : `\u202f${hhmm.slice(2)}`);
  const linesOf = (form) => [...form.querySelectorAll("li")].filter((line) => line.querySelector("button"));
  const pupilOf = (line) => line.querySelector("button").value;
  const stateOf = (line) => line.querySelector("input[name^=s]");
  const field = (line, letter) => line.querySelector(`[name^=${letter}]`);
  const named = (line) => {
    const [last, first] = line.querySelector("button").children[1].childNodes;
    return `${last.textContent} ${first.textContent.trim()}`;
  };

  const show = (form, line, state, minutes, note = "") => {
    const drawn = form.querySelector("[data-edu-states]").content, kept = stateOf(line), pupil = pupilOf(line);
    const shown = drawn.children[order.indexOf(state)].cloneNode(true);
    if (state === "excused" && kept.dataset.eduWhy) shown.firstChild.data = kept.dataset.eduWhy;
    line.querySelector(".st").replaceWith(shown);
    kept.value = state;
    line.querySelector(".more")?.remove();
    if (state === "present") return;
    const more = Object.assign(document.createElement("span"), { className: "more" });
    const add = (tag, letter, label) => {
      const copy = drawn.querySelector(tag).cloneNode(true);
      copy.name = letter + pupil;
      copy.setAttribute("aria-label", `${label}, ${named(line)}`);
      more.append(copy);
      return copy;
    };
    if (state === "late") {
      const choice = add("select", "m", "Minutes de retard");
      if (minutes && ![...choice.options].some((one) => +one.value === minutes)) choice.add(new Option(`${minutes} min`, minutes));
      if (minutes) choice.value = minutes;
    }
    add("input", "n", "Note").value = note;
    line.append(more);
  };

  const count = (form) => {
    const [absent, late, present] = ["absent", "late", "present"].map(
      (state) => form.querySelectorAll(`li input[value=${state}]`).length);
    const tally = form.querySelector("[data-edu-tally]");
    tally.querySelector(".a").textContent = plural(absent, "absent");
    tally.querySelector(".r").textContent = plural(late, "retard");
    tally.querySelector("small").textContent = plural(present, "présent");
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-edu-roll] button[name=tap]");
    if (!button) return;
    event.preventDefault();
    const line = button.closest("li"), { form } = button;
    const cycle = stateOf(line).dataset.eduWhy ? excused : usual;
    show(form, line, cycle[(cycle.indexOf(stateOf(line).value) + 1) % 3], 0, field(line, "n")?.value);
    count(form);
  });

  // A line as the server reads it (forms/lines.py): p, a, l and its minutes, or x; with its note if it has one.
  const codeOf = (line) => {
    const state = stateOf(line).value, note = field(line, "n")?.value.trim();
    const code = { present: "p", absent: "a", excused: "x" }[state] || "l" + field(line, "m").value;
    return note ? [code, note] : code;
  };
  const put = (form, line, said) => {
    const [code, note] = [said].flat();
    const state = { p: "present", a: "absent", x: "excused", l: "late" }[code[0]];
    show(form, line, state, +code.slice(1), note);
  };
  const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);
  const codes = (form) => Object.fromEntries(linesOf(form).map((line) => [pupilOf(line), codeOf(line)]));

  const form = document.querySelector("[data-edu-roll]"), queue = window.edu?.queue;
  if (!form || !queue) return;

  // A list that was kept for any hour is that of its address.
  const [, day, hours] = /\/([\d-]{10})\/(\d{4}-\d{4})\/$/.exec(location.pathname) || [];
  if (hours && form.getAttribute("action") !== location.pathname) {
    const on = new Intl.DateTimeFormat("fr", { weekday: "long", day: "numeric", month: "long", timeZone: "UTC" });
    form.action = location.pathname;
    document.querySelector("[data-edu-when]").textContent =
      `${clock(hours.slice(0, 4))} à ${clock(hours.slice(5))}, ${on.format(new Date(day))}`;
  }
  const url = form.getAttribute("action"), fate = form.querySelector("[data-edu-fate]");
  const KEPT = "Gardé ici\u202f: part dès le retour du réseau.";
  const say = (words, css = "") => { fate.textContent = words; fate.className = css && "st " + css; };
  let seen = codes(form), taken = JSON.parse(form.elements.seen.value)[0], sent = seen;
  const waits = () => say(navigator.onLine ? "Envoi en cours…" : KEPT, "w");

  document.addEventListener("submit", (event) => {
    if (event.target !== form || form.plain) return;
    event.preventDefault();
    event.stopPropagation();
    sent = codes(form);
    queue.put(url, "roll", JSON.stringify([taken, seen]), JSON.stringify([1, sent])).then(
      (there) => (there ? waits() : say("Rien n’a changé depuis le dernier envoi.")),
      () => { form.plain = true; form.requestSubmit(); }); // a browser that keeps nothing
  }, true);

  const settle = ({ state, why, there, said, aside, unseen }, isLast) => {
    if (state !== "saved") return say(why, "x");
    const [, now] = JSON.parse(there), shown = codes(form);
    for (const line of linesOf(form)) {
      const pupil = pupilOf(line);
      line.querySelector("small.k")?.remove();
      if (isLast && pupil in now && same(shown[pupil], sent[pupil])) put(form, line, now[pupil]); // not touched since
      if (aside[pupil]) {
        const small = Object.assign(document.createElement("small"), { className: "k", textContent: aside[pupil] });
        line.querySelector("button").children[1].append(small);
      }
    }
    seen = { ...seen, ...now };
    taken = 1;
    count(form);
    form.querySelector(".stick button").textContent = "Corriger l’appel";
    say(unseen.length ? `${said} Pas vus, à rappeler\u202f: ${unseen.join(", ")}.` : said, unseen.length ? "r" : "p");
    edu.keep?.(url);
  };
  document.addEventListener("edu:queue", async ({ detail }) => {
    if (detail.trouble !== undefined && fate.classList.contains("w")) {
      say(KEPT, "w");
    } else if (detail.url === url) {
      const [newer] = await queue.all(url);
      settle(detail.cells.roll, !newer);
      if (newer) waits();
    }
  });

  // What was closed here and has no answer yet.
  queue.all(url).then((kept) => {
    const last = kept[kept.length - 1];
    if (!last) return;
    const typed = JSON.parse(last.typed)[1];
    for (const line of linesOf(form)) if (typed[pupilOf(line)]) put(form, line, typed[pupilOf(line)]);
    sent = codes(form);
    count(form);
    if (last.fate) say(last.fate.why, "x");
    else waits();
  });
})();

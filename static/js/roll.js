// The roll: a tap on a line marks absent, a second late, a third present. Nothing leaves before the last button.
(() => {
  const order = ["present", "absent", "late"];
  const plural = (n, word) => `${n} ${word}${n > 1 ? "s" : ""}`;

  const show = (line, state, form) => {
    const drawn = form.querySelector("[data-edu-states]").content;
    const button = line.querySelector("button");
    button.querySelector(".st").replaceWith(drawn.children[order.indexOf(state)].cloneNode(true));
    line.querySelector("input").value = state;
    line.querySelector("select")?.remove();
    if (state !== "late") return;
    const minutes = drawn.querySelector("select").cloneNode(true);
    minutes.name = "m" + button.value;
    minutes.setAttribute("aria-label", "Minutes de retard, " + button.children[1].firstChild.textContent +
      button.children[1].childNodes[1].textContent.trimEnd());
    line.append(minutes);
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
    const line = button.closest("li");
    const now = order.indexOf(line.querySelector("input").value);
    show(line, order[(now + 1) % order.length], button.form);
    count(button.form);
  });
})();

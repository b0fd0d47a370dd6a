// A council's pupils by the keys of a keyboard, or of the remote that turns slides: → or Page Down to the next one,
// ← or Page Up to the one before, Ctrl+Enter validates. What was touched is validated before the page is left.
(() => {
  const formOf = () => document.querySelector("[data-edu-council]");
  let touched = null;
  const isSending = (form) => form && form.matches(".htmx-request"); // the answer says where to go
  const isUnsaved = (form) => form && (form === touched || form.dataset.eduCouncil);

  const send = (form, go) => {
    form.elements.go.value = go;
    form.requestSubmit();
  };
  const turn = (rel, event) => {
    const form = formOf(), link = document.querySelector(`a[rel=${rel}]`);
    if (isSending(form) || isUnsaved(form)) {
      event.preventDefault();
      event.stopPropagation();
      if (!isSending(form)) send(form, rel === "next" ? "next" : "previous");
    } else if (link && event.type === "keydown") {
      event.preventDefault();
      link.click();
    }
  };

  for (const kind of ["input", "change"]) {
    document.addEventListener(kind, ({ target }) => { if (target.closest("[data-edu-council]")) touched = formOf(); });
  }
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[rel=next],a[rel=prev]");
    if (link) turn(link.rel, event);
  }, true);
  document.addEventListener("keydown", (event) => {
    const { key, target } = event, form = formOf();
    if (key === "Enter" && event.ctrlKey && form) return isSending(form) || send(form, "next");
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const writes = target.matches("textarea,input:not([type=radio])");
    if (key === "PageDown" || (key === "ArrowRight" && !writes)) turn("next", event);
    if (key === "PageUp" || (key === "ArrowLeft" && !writes)) turn("prev", event);
  });
  // What was refused is shown, over the button that stands at the bottom; after htmx has gone to the top.
  document.addEventListener("htmx:afterSettle", () => requestAnimationFrame(() => {
    const wrong = document.querySelector("[data-edu-council] [aria-invalid=true]");
    if (!wrong) return;
    wrong.focus();
    wrong.scrollIntoView({ block: "center" });
  }));
  // Leaving otherwise with something typed asks first.
  addEventListener("beforeunload", (event) => { if (isUnsaved(formOf())) event.preventDefault(); });
  document.addEventListener("submit", ({ target }) => {
    if (target !== formOf()) return;
    touched = null;
    target.dataset.eduCouncil = "";
  }, true);
  for (const failed of ["sendError", "timeout", "responseError"]) {
    document.addEventListener("htmx:" + failed, () => { touched = formOf(); });
  }
})();

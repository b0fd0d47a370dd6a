// htmx: its settings, what to say when a request is not answered as hoped, the token of a new session.
(() => {
  Object.assign(htmx.config, {
    includeIndicatorStyles: false, allowEval: false, allowScriptTags: false, // the pages' CSP forbids them
    historyCacheSize: 0, refreshOnHistoryMiss: true, // no pupil's data in a shared phone's storage
    defaultSwapStyle: "outerHTML",
    timeout: 30000,
    responseHandling: [
      { code: "204|304", swap: false }, { code: "[23]..", swap: true }, { code: "422", swap: true },
      { code: "...", swap: false, error: true },
    ],
  });

  // Pages that kept.js put aside are one person's: they go when she signs out, or when someone else is here.
  const { eduWriter } = document.body.dataset;
  const wipe = async (isStrange) => {
    for (const name of await caches.keys()) if (isStrange(name)) caches.delete(name);
  };
  if (window.caches && eduWriter !== undefined) {
    const writers = eduWriter.split(" "); // "school/member"; "" where nobody is signed in
    const schoolOf = (writer) => `edu/${writer.split("/")[0]}/`;
    wipe((name) => writers.some((one) => !one || (name.startsWith(schoolOf(one)) && name !== "edu/" + one)));
    document.addEventListener("submit", ({ target }) => { if (target.matches("[data-edu-out]")) wipe(() => true); });
  }

  const barOf = () => document.querySelector("[data-edu-bar]"); // a boosted page brings its own
  if (!barOf()) return;
  const calm = " Ce que vous avez tapé reste sur cette page.";
  const said = {
    0: "Pas de réseau en ce moment." + calm + " Réessayez quand il revient.",
    401: "Votre session a expiré." + calm,
    403: "L’école n’a pas pu vérifier cet envoi." + calm + " Réessayez.",
    404: "Cette page n’existe plus, ou ne vous est plus ouverte.",
    409: "Quelqu’un d’autre vient de modifier ces données. Rechargez la page pour les voir.",
    429: "Trop d’essais à la suite." + calm + " Réessayez dans quelques minutes.",
  };

  const say = (status, xhr, why) => {
    const bar = barOf(), words = bar.querySelector("span");
    const plain = xhr && (xhr.getResponseHeader("Content-Type") || "").startsWith("text/plain");
    words.textContent =
      why || (plain && xhr.responseText) || said[status] ||
      "La panne est chez nous." + calm + " Réessayez dans une minute.";
    if (status === 401) {
      const link = Object.assign(document.createElement("a"), {
        href: bar.dataset.eduBar, target: "_blank", rel: "opener", textContent: "Se reconnecter",
      });
      link.addEventListener("click", signIn);
      words.append(" ", link);
    }
    bar.hidden = false;
  };

  // Signing in again, in place: the page and all that was typed on it stay. Without a dialog, in another tab.
  const signIn = async (event) => {
    const dialog = document.createElement("dialog");
    if (!dialog.showModal) return;
    event.preventDefault();
    const { eduBar } = barOf().dataset;
    const show = (html) => {
      const form = new DOMParser().parseFromString(html, "text/html").querySelector("form");
      form.removeAttribute("hx-boost");
      form.onsubmit = async (submitted) => {
        submitted.preventDefault();
        const body = new URLSearchParams(new FormData(form));
        const answer = await fetch(eduBar, { method: "POST", body, redirect: "manual" }).catch(() => null);
        if (!answer) return say(0);
        if (answer.type !== "opaqueredirect") return show(await answer.text());
        dialog.remove();
        barOf().hidden = true;
        document.dispatchEvent(new Event("edu:signed-in"));
      };
      dialog.replaceChildren(Object.assign(document.createElement("h2"), { textContent: "Se reconnecter" }), form);
      form.querySelector("input:not([type=hidden])").focus();
    };
    const page = await fetch(eduBar).catch(() => null);
    if (!page) return say(0);
    document.body.append(dialog);
    dialog.oncancel = () => dialog.remove();
    dialog.showModal();
    show(await page.text());
  };

  // Signing in again gives a new CSRF token: the cookie knows it, the page does not.
  const token = () => (document.cookie.match(/csrftoken=([^;]+)/) || [])[1];
  document.addEventListener("htmx:configRequest", ({ detail }) => {
    const fresh = token();
    if (!fresh || detail.verb === "get") return;
    detail.headers["X-CSRFToken"] = fresh;
    if (detail.parameters.csrfmiddlewaretoken) detail.parameters.csrfmiddlewaretoken = fresh;
  });
  document.addEventListener("submit", ({ target }) => {
    const field = target.elements && target.elements.csrfmiddlewaretoken;
    if (field && token()) field.value = token();
  });

  document.addEventListener("htmx:responseError", ({ detail }) => say(detail.xhr.status, detail.xhr));
  document.addEventListener("edu:queue", ({ detail }) => {
    if ([401, 403, 409].includes(detail.trouble)) say(detail.trouble, null, detail.why);
    else if (!detail.trouble && detail.url) barOf().hidden = true;
  });
  for (const lost of ["sendError", "timeout"]) document.addEventListener("htmx:" + lost, () => say(0));
  document.addEventListener("htmx:afterOnLoad", ({ detail }) => { if (detail.successful) barOf().hidden = true; });
})();

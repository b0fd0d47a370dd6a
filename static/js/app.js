// htmx: its settings, what to say when a request is not answered as hoped, the token of a new session.
(() => {
  Object.assign(htmx.config, {
    includeIndicatorStyles: false, allowEval: false, allowScriptTags: false, // the pages' CSP forbids them
    historyCacheSize: 0, refreshOnHistoryMiss: true, // no pupil's data in a shared phone's storage
    defaultSwapStyle: "outerHTML",
    timeout: 30000,
    responseHandling: [
      { code: "204", swap: false }, { code: "[23]..", swap: true }, { code: "422", swap: true },
      { code: "...", swap: false, error: true },
    ],
  });

  const bar = document.querySelector("[data-edu-bar]");
  if (!bar) return;
  const words = bar.querySelector("span");
  const calm = " Ce que vous avez tapé reste sur cette page.";
  const said = {
    0: "Pas de réseau en ce moment." + calm + " Réessayez quand il revient.",
    401: "Votre session a expiré." + calm,
    403: "L’école n’a pas pu vérifier cet envoi." + calm + " Réessayez.",
    404: "Cette page n’existe plus, ou ne vous est plus ouverte.",
    409: "Quelqu’un d’autre vient de modifier ces données. Rechargez la page pour les voir.",
    429: "Trop d’essais à la suite." + calm + " Réessayez dans quelques minutes.",
  };

  const say = (status, xhr) => {
    const plain = xhr && (xhr.getResponseHeader("Content-Type") || "").startsWith("text/plain");
    words.textContent =
      (plain && xhr.responseText) || said[status] ||
      "La panne est chez nous." + calm + " Réessayez dans une minute.";
    if (status === 401) {
      const link = Object.assign(document.createElement("a"), {
        href: bar.dataset.eduBar, target: "_blank", rel: "opener", textContent: "Se connecter",
      });
      words.append(" ", link, " dans un autre onglet, puis revenez ici et recommencez.");
    }
    bar.hidden = false;
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
  for (const lost of ["sendError", "timeout"]) document.addEventListener("htmx:" + lost, () => say(0));
  document.addEventListener("htmx:afterOnLoad", ({ detail }) => { if (detail.successful) bar.hidden = true; });
})();

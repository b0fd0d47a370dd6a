// A page whose part stays fresh: a socket says that there is news, htmx asks for the part again; so does a clock.
// [data-edu-news] has the address of tickets, [data-edu-socket] that of sockets, [data-edu-every] seconds between two
// askings, [data-edu-live] the same while a socket is open. The part listens to "news" (hx-trigger). With
// [data-edu-calm], nothing moves under a finger, nor while something is open or being typed in the part.
(() => {
  const root = document.querySelector("[data-edu-news]");
  if (!root) return;
  const { eduNews, eduSocket, eduEvery, eduLive, eduCalm } = root.dataset;
  const ticket = document.querySelector("[data-edu-token]");
  const part = () => document.querySelector("[hx-trigger^=news]");
  let socket, retry, tries = 0, asked = 0, touched = -1e9, due = false, trying = false, over = false;

  const isBusy = () => eduCalm !== undefined &&
    (performance.now() - touched < 2000 || part().querySelector("details[open],input:focus,select:focus"));
  // One request at a time, and none for a page that nobody looks at.
  const ask = () => {
    due = document.hidden || !!document.querySelector(".htmx-request") || !!isBusy();
    if (due) return;
    asked = performance.now();
    htmx.trigger(part(), "news");
  };
  const later = () => setTimeout(() => { if (due) ask(); }, 2100);
  for (const touch of ["pointerdown", "pointermove", "scroll"]) {
    addEventListener(touch, ({ pointerType }) => { if (pointerType !== "mouse") touched = performance.now(); },
      { passive: true, capture: true });
  }
  for (const end of ["pointerup", "toggle", "focusout", "scrollend"]) addEventListener(end, later, true);
  document.addEventListener("htmx:afterRequest", () => setTimeout(() => { if (due) ask(); }));
  document.addEventListener("htmx:afterRequest", ({ detail }) => {
    if (eduCalm === undefined || detail.requestConfig.verb === "get" || !detail.successful) return;
    if (!part().contains(detail.elt)) return; // it has shown the answer in its own place
    detail.elt.closest("details")?.removeAttribute("open");
    document.activeElement.blur();
    touched = -1e9;
    ask();
  });

  // The page's own ticket serves once; each later try asks for another.
  const fresh = async () => {
    const answer = await fetch(eduNews, { headers: { "HX-Request": "true" } });
    over = [401, 403, 404].includes(answer.status);
    if (!answer.ok) throw new Error(answer.status);
    return answer.text();
  };
  const connect = async () => {
    if (trying) return;
    clearTimeout(retry);
    retry = 0;
    trying = true;
    try {
      const first = performance.now() < 50e3 && ticket.dataset.eduToken;
      ticket.dataset.eduToken = "";
      const jeton = encodeURIComponent(first || (await fresh()));
      socket = new WebSocket(`${location.origin.replace("http", "ws")}${eduSocket}?jeton=${jeton}`);
      socket.onopen = () => { tries = 0; ask(); }; // what was said while nobody listened
      socket.onmessage = ask;
      socket.onclose = again;
    } catch {
      again();
    }
    trying = false;
  };
  // Soon once, for a tunnel; then anywhere in a minute, for a server that thousands have lost together.
  const again = () => {
    if (!over && !retry) retry = setTimeout(connect, Math.random() * (tries++ ? 60e3 : 2e3));
  };
  const live = () => socket && socket.readyState < 2;

  setInterval(() => {
    if (due || performance.now() - asked >= (live() ? eduLive : eduEvery) * 1e3 - 500) ask();
  }, eduEvery * 1e3);
  const back = () => {
    if (document.hidden) return;
    ask();
    over = false;
    if (!live()) connect();
  };
  document.addEventListener("visibilitychange", back);
  addEventListener("online", back);
  addEventListener("pageshow", (event) => { if (event.persisted) back(); });
  connect();
})();

// A thread that stays fresh: the socket says that there is news, htmx asks what follows the last message.
(() => {
  const list = document.querySelector("[data-edu-thread]");
  if (!list) return;
  const ticket = document.querySelector("[data-edu-token]");
  const EVERY = 30e3; // without a socket
  let socket, retry, tries = 0, ticks = 0, due = false, trying = false, over = false;

  // One request at a time, and none for a page that nobody looks at.
  const ask = () => {
    due = document.hidden || !!document.querySelector(".htmx-request");
    if (!due) htmx.trigger("#following", "news");
  };
  document.addEventListener("htmx:afterRequest", () => setTimeout(() => { if (due) ask(); }));
  document.addEventListener("htmx:afterSwap", () => {
    const seen = new Set();
    for (const item of list.querySelectorAll("[data-edu-sequence]")) {
      const { eduSequence } = item.dataset;
      if (seen.has(eduSequence)) item.remove();
      seen.add(eduSequence);
    }
  });

  // The page's own ticket serves once; each later try asks for another.
  const fresh = async () => {
    const answer = await fetch(list.dataset.eduThread, { headers: { "HX-Request": "true" } });
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
      socket = new WebSocket(`${location.origin.replace("http", "ws")}/ws/?jeton=${jeton}`);
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

  setInterval(() => { if (!live() || ++ticks % 10 === 0) ask(); }, EVERY);
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

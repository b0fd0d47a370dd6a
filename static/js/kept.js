// The day without network: the pages of whoever calls the roll, kept in this browser for her alone (app.js wipes
// them when she signs out, or someone else signs in). sw.js shows them when the network does not answer.
//
//   [data-edu-list]    on the day's page: the addresses to keep, one list of pupils each
//   [data-edu-slots]   the hours of a school day; a[data-edu-now] in it leads to the roll of the hour under way
//   edu.keep(url)      keep that page too, as it is by now
(() => {
  const { eduWriter: mine, eduKept: kept } = document.body.dataset;
  if (!mine || mine.includes(" ") || !window.caches || !navigator.serviceWorker) return;
  const home = `/${mine.split("/")[0]}/`, day = home + "appel/", HOURS = 6 * 3600e3;
  const opened = caches.open("edu/" + mine);
  const two = (n) => String(n).padStart(2, "0");

  const parsed = (text) => new DOMParser().parseFromString(text, "text/html");
  const loads = (page) => [...page.querySelectorAll("script[src],link[rel=stylesheet]")].map(
    (one) => one.getAttribute("src") || one.getAttribute("href"));

  const keep = async (url) => {
    const answer = await fetch(url);
    if (!answer.ok || answer.redirected) throw answer;
    const text = (await answer.text()).replace("<body ", `<body data-edu-kept="${Date.now()}" `);
    const cache = await opened, page = parsed(text);
    for (const one of loads(page)) if (!(await cache.match(one))) await cache.add(one);
    await cache.put(url, new Response(text, { headers: { "Content-Type": "text/html; charset=utf-8" } }));
    return page;
  };
  const pageOf = async (url) => {
    const there = await (await opened).match(url), page = there && parsed(await there.text());
    const isFresh = page && Date.now() - page.body.dataset.eduKept < HOURS;
    return isFresh ? page : keep(url);
  };

  // The explicit list: home, the day, each group's list. What is neither, nor a roll of today, goes.
  const keepDay = async () => {
    const today = await keep(day), wanted = new Set([home, day]);
    const lists = [...today.querySelectorAll("[data-edu-list]")].map((one) => one.dataset.eduList);
    for (const url of [...lists, home]) {
      const page = await pageOf(url).catch(() => null); // home may lead elsewhere: to a board, which is not kept
      if (page) for (const one of [url, ...loads(page)]) wanted.add(one);
    }
    for (const one of loads(today)) wanted.add(one);
    const cache = await opened, date = new Date().toISOString().slice(0, 10);
    for (const { url } of await cache.keys()) {
      const { pathname } = new URL(url);
      if (!wanted.has(pathname) && !pathname.includes(date)) await cache.delete(url);
    }
  };

  window.edu = window.edu || {};
  edu.keep = (url) => keep(url).catch(() => {});
  navigator.serviceWorker.register("/sw.js", { scope: home }).then(() => {}, () => {});
  const soon = () => setTimeout(() => { if (navigator.onLine) keepDay().catch(() => {}); }, 1500);
  addEventListener("online", soon);
  if (!kept) {
    soon();
    if (location.pathname.startsWith(day) && location.pathname !== day) edu.keep(location.pathname);
    return;
  }

  // A page that was kept says so; its links lead to the hour under way.
  const then = new Date(+kept), now = new Date();
  const bar = document.querySelector("[data-edu-since]");
  const clock = (hours, minutes) => `${+hours}\u202fh\u202f${minutes}`;
  const isOfToday = then.toDateString() === now.toDateString();
  bar.lastElementChild.textContent =
    `Sans réseau\u202f: page gardée ${isOfToday ? "" : "un autre jour "}à ${clock(then.getHours(), two(then.getMinutes()))}.`;
  bar.hidden = false;
  const moment = two(now.getHours()) + two(now.getMinutes());
  const date = `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
  for (const list of document.querySelectorAll("[data-edu-slots]")) {
    const slots = list.dataset.eduSlots.split(" ");
    const slot = slots.filter((one) => one.slice(0, 4) <= moment).pop() || slots[0];
    for (const link of list.querySelectorAll("a[data-edu-now]")) {
      link.href = link.pathname.replace(/[\d-]{10}\/\d{4}-\d{4}\/$/, (was) => `${date > was.slice(0, 10) ? date : was.slice(0, 10)}/${slot}/`);
      const words = link.querySelector("small");
      if (words) words.textContent = `${clock(slot.slice(0, 2), slot.slice(2, 4))} à ${clock(slot.slice(5, 7), slot.slice(7))}`;
    }
  }
})();

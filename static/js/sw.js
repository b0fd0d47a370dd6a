// Without network, or when it is slow to answer, the pages that kept.js put aside open all the same.
const SLOW = 5000;
addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));

const find = (path) => caches.match(path, { ignoreSearch: true });

const kept = async ({ pathname, searchParams: asked }) => {
  const [, day, group] = /^(\/[^/]+\/appel\/)(?:(\d+)\/[\d-]+\/[\d-]+\/)?$/.exec(pathname) || [];
  if (day && asked.get("group")) {
    const hours = asked.get("slot") || (asked.get("starts_at") + "-" + asked.get("ends_at")).replaceAll(":", "");
    return Response.redirect(`${day}${asked.get("group")}/${asked.get("day")}/${hours}/`);
  }
  return (await find(pathname)) || (group && find(`${day}${group}/`));
};

const page = async (request) => {
  const fresh = fetch(request), late = new Promise((resolve) => setTimeout(resolve, SLOW));
  const answer = await Promise.race([fresh, late]).catch(() => {});
  return answer && answer.status < 500 ? answer : (await kept(new URL(request.url))) || fresh;
};

addEventListener("fetch", (event) => {
  const { request } = event, { pathname } = new URL(request.url);
  if (request.mode === "navigate" && request.method === "GET") event.respondWith(page(request));
  else if (pathname.startsWith("/static/")) event.respondWith(find(pathname).then((there) => there || fetch(request)));
});

// What was typed and has no answer yet: kept in this browser (IndexedDB), sent in small batches, each under one
// key, until the school has answered; shown to and sent for the person who typed it, and nobody else.
//
//   edu.queue.put(url, slot, seen, typed)   keep it; it leaves by itself (false: it is there already)
//   edu.queue.hold(url, slot, seen, typed, fate)   keep it here, refused: it leaves once it is typed otherwise
//   edu.queue.all(url)                      what waits or is refused there: [{slot, seen, typed, fate}]
//   data-edu-waiting                        shown while something waits (its <b> says how much); its value: whose
//   "edu:queue" on document                 detail: {url, cells: {slot: fate}, answer} or {trouble: status}
//
// `typed` sent twice is harmless: the key makes one of the two, and `seen` tells the server what stood there.
window.edu = window.edu || {};
(() => {
  // "school/member"; on a page of no school, as many as this person has schools.
  const writers = (document.body.dataset.eduWriter || "").split(" ").filter(Boolean), [mine] = writers;
  if (!mine || !window.indexedDB) return;
  const BATCH = 60, SLOWEST = 60e3;
  const channel = window.BroadcastChannel && new BroadcastChannel("edu-queue");
  let wait = 0, timer, busy = false, again = false;

  const opened = new Promise((resolve, reject) => {
    const asked = indexedDB.open("edu-queue", 1);
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore("cells", { keyPath: ["mine", "url", "slot"] }).createIndex("mine", "mine");
      asked.result.createObjectStore("batches", { autoIncrement: true, keyPath: "id" }).createIndex("mine", "mine");
    };
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
  const promised = (asked) => new Promise((resolve, reject) => {
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });

  // One transaction: its steps may only await the database, and all of them are kept, or none.
  const change = async (steps) => {
    const db = await opened;
    const run = db.transaction(["cells", "batches"], "readwrite", { durability: "strict" });
    const done = new Promise((resolve, reject) => {
      run.oncomplete = resolve;
      run.onerror = run.onabort = () => reject(run.error);
    });
    const cells = run.objectStore("cells"), batches = run.objectStore("batches");
    const hers = async (store) =>
      (await Promise.all(writers.map((one) => promised(store.index("mine").getAll(one))))).flat();
    const result = await steps({ cells, batches, waiting: () => hers(cells), sent: () => hers(batches) });
    await done;
    return result;
  };

  const tell = (detail) => {
    document.dispatchEvent(new CustomEvent("edu:queue", { detail }));
    channel?.postMessage({ writers, detail });
  };
  if (channel) channel.onmessage = ({ data }) => {
    if (data.writers.some((one) => writers.includes(one))) document.dispatchEvent(new CustomEvent("edu:queue", { detail: data.detail }));
  };

  const keep = (url, slot, seen, typed, fate) => change(async ({ cells, batches, sent }) => {
    const there = await promised(cells.get([mine, url, slot]));
    const leaving = (await sent()).filter((batch) => batch.url === url && slot in batch.cells).pop();
    const base = there ? (there.fate?.there ?? there.seen) : leaving ? leaving.cells[slot][1] : seen;
    const same = typed === base && !fate;
    if (same) cells.delete([mine, url, slot]);
    else cells.put({ mine, url, slot, seen: base, typed, fate });
    return !same || Boolean(leaving);
  });

  // The oldest batch that has no answer, else a new one of what waits.
  const next = () => change(async ({ cells, batches, waiting, sent }) => {
    const [oldest] = await sent();
    if (oldest) return oldest;
    const ready = (await waiting()).filter((one) => !one.fate);
    const those = ready.filter((one) => one.url === ready[0].url).slice(0, BATCH);
    if (!those.length) return null;
    const key = [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(36)).join("");
    const [{ mine, url }] = those;
    const batch = { mine, key, url, cells: {} };
    for (const { slot, seen, typed } of those) {
      batch.cells[slot] = [seen, typed];
      cells.delete([mine, url, slot]);
    }
    batch.id = await promised(batches.add(batch));
    return batch;
  });

  // Answered: what is saved leaves, what is refused or in conflict stays, unless it was typed anew meanwhile.
  const settle = ({ id, mine, url, cells: sent }, fates) => change(async ({ cells, batches }) => {
    batches.delete(id);
    for (const [slot, fate] of Object.entries(fates)) {
      const [seen, typed] = sent[slot];
      const newer = await promised(cells.get([mine, url, slot]));
      if (fate.state !== "saved" && !newer) cells.put({ mine, url, slot, seen, typed, fate });
      else if (fate.state === "refused" && newer) cells.put({ ...newer, seen });
    }
  });

  const token = () => (document.cookie.match(/csrftoken=([^;]+)/) || [])[1] || "";
  const post = (batch) => fetch(batch.url, {
    method: "POST", body: JSON.stringify(batch.cells), redirect: "error",
    signal: AbortSignal.timeout && AbortSignal.timeout(30e3),
    headers: {
      "Content-Type": "application/json", "Idempotency-Key": batch.key, "HX-Request": "true",
      "X-Edu-Member": batch.mine.split("/")[1], "X-CSRFToken": token(),
    },
  });

  const send = async () => {
    for (let batch; (batch = await next());) {
      const answer = await post(batch);
      const { status } = answer;
      if (answer.ok) {
        const said = await answer.json();
        await settle(batch, said.cells);
        wait = 0;
        tell({ url: batch.url, cells: said.cells, answer: said });
      } else if ([400, 404, 413, 422].includes(status)) { // never to be taken as it is
        const why = await answer.text();
        const fates = Object.fromEntries(Object.keys(batch.cells).map(
          (slot) => [slot, { state: "refused", why: status === 404 ? "Cette page ne vous est plus ouverte." : why }]));
        await settle(batch, fates);
        tell({ url: batch.url, cells: fates });
      } else {
        throw { status, why: status === 409 ? await answer.text() : "" };
      }
    }
  };

  // One tab at a time where the browser can say so; otherwise the keys make one of two sendings.
  const flush = async () => {
    timer = clearTimeout(timer);
    if (busy) { again = true; return; }
    busy = true;
    again = false;
    try {
      if (navigator.locks) await navigator.locks.request("edu-queue", send);
      else await send();
    } catch ({ status = 0, why }) {
      tell({ trouble: status, why });
      wait = Math.min(SLOWEST, (wait || 500) * 2);
      if (![401, 409].includes(status)) timer = setTimeout(flush, wait * (0.5 + Math.random() / 2));
    }
    busy = false;
    if (again && !wait) flush();
  };
  const soon = () => { timer ||= setTimeout(flush, 150); };
  const now = () => { wait = 0; flush(); };

  const all = (url) => change(async ({ waiting, sent }) => [
    ...(await sent()).flatMap(({ mine, url, cells }) =>
      Object.entries(cells).map(([slot, [seen, typed]]) => ({ mine, url, slot, seen, typed }))),
    ...(await waiting()),
  ].filter((one) => !url || one.url === url));

  // The places of a page that say what waits.
  const KINDS = [[/^roll$/, "appel"], [/^\d/, "note"], [/^a\d/, "appréciation"]];
  const counted = (n, word) => `${n} ${word}${n > 1 ? "s" : ""}`;
  const show = async () => {
    const waiting = (await all()).filter((one) => !one.fate);
    for (const place of document.querySelectorAll("[data-edu-waiting]")) {
      const hers = waiting.filter((one) => !place.dataset.eduWaiting || one.mine === place.dataset.eduWaiting);
      const counts = KINDS.map(([slot, word]) => [hers.filter((one) => slot.test(one.slot)).length, word]);
      const words = place.querySelector("b");
      place.hidden = !hers.length;
      if (words) words.textContent = counts.filter(([n]) => n).map(([n, word]) => counted(n, word))
        .join(" et ") + ` en attente${navigator.onLine ? "" : ", pas de réseau"}`;
    }
  };

  edu.queue = {
    put: (url, slot, seen, typed) => keep(url, slot, seen, typed).finally(() => { soon(); show(); }),
    hold: (...cell) => keep(...cell).finally(show),
    drop: (url, slot) => change(async ({ cells }) => cells.delete([mine, url, slot])).finally(show),
    all,
    flush: now,
  };
  for (const sign of ["online", "focus", "pageshow"]) addEventListener(sign, now);
  for (const sign of ["online", "offline"]) addEventListener(sign, show);
  document.addEventListener("edu:queue", show);
  document.addEventListener("edu:signed-in", now);
  opened.then(() => { show(); flush(); }, () => {}); // without a place to keep it, `put` fails: the page has its form
})();

// The worker keeps the shell: the few pages and files that are the same for
// everybody who uses it. It shows what is kept only if it is, byte for byte, what the site
// listed in this file, which the browser fetches past every cache. Pages about
// anybody never pass through here. KEPT and Outbox stand above.

const CACHE = `${KEPT.cache}-${KEPT.version}`;

async function digest(bytes) {
  const sum = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return [...sum].map((b) => b.toString(16).padStart(2, "0")).join("");
}

// keep fetches one file of the shell. A wrong one keeps this worker from being
// installed: the one before goes on.
async function keep(path) {
  // What carries its hash in its address may come from the browser's own cache:
  // it is compared all the same, and a phone need not fetch it twice.
  const response = await fetch(path, { cache: path.startsWith("/assets/") ? "default" : "no-store", redirect: "error" });
  const bytes = await response.clone().arrayBuffer();
  if (!response.ok || (await digest(bytes)) !== KEPT.files[path]) throw new Error("the shell changed while it was fetched");
  const cache = await caches.open(CACHE);
  await cache.put(path, response);
}

const TYPES = { css: "text/css", js: "text/javascript", svg: "image/svg+xml", png: "image/png", webmanifest: "application/manifest+json" };

// headersOf are the headers of a file of the shell. What lies in the cache has some
// of its own, and whoever could put another page there could put others on the
// right one: without the site's policy, or leading somewhere else.
function headersOf(path) {
  const type = TYPES[path.split("?")[0].split(".").pop()] ?? "text/html";
  return { ...KEPT.headers, "Content-Type": type.startsWith("image/png") ? type : `${type}; charset=utf-8` };
}

// kept returns a file of the shell if nobody has put another in its place.
async function kept(path) {
  const cache = await caches.open(CACHE);
  const response = await cache.match(path);
  if (!response) return undefined;
  const bytes = await response.arrayBuffer();
  if ((await digest(bytes)) !== KEPT.files[path]) {
    await cache.delete(path);
    return undefined;
  }
  return new Response(bytes, { headers: headersOf(path) });
}

self.addEventListener("install", (event) => {
  event.waitUntil(Promise.all(Object.keys(KEPT.files).map(keep)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) {
      if (name.startsWith(`${KEPT.cache}-`) && name !== CACHE) await caches.delete(name);
    }
    await self.clients.claim();
  })());
});

// page answers for a page of the shell: from what is kept, else from the site,
// and then it is kept again.
async function page(request, path) {
  const have = await kept(path);
  if (have) return have;
  await keep(path).catch(() => {});
  return (await kept(path)) ?? fetch(request);
}

async function otherPage(request) {
  try {
    return await fetch(request);
  } catch (failure) {
    const offline = await kept(KEPT.offline);
    if (offline) return offline;
    throw failure;
  }
}

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== self.location.origin) return;
  if (event.request.mode === "navigate") {
    const shell = KEPT.pages[url.pathname];
    event.respondWith(shell && !url.search ? page(event.request, shell) : otherPage(event.request));
    return;
  }
  const path = url.pathname + url.search;
  if (url.pathname.startsWith("/assets/") && KEPT.files[path]) event.respondWith(page(event.request, path));
});

// When there is signal again the browser wakes the worker, also with no page open.
self.addEventListener("sync", (event) => {
  if (event.tag !== "outbox") return;
  event.waitUntil(Outbox.flush().then((how) => {
    if (how === "stop") throw new Error("not yet"); // so that the browser tries again
  }));
});

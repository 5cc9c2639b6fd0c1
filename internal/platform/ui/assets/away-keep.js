// What a phone keeps of the people that somebody took along: one record, sealed
// under a key that only their PIN and this phone together make. It is read by the
// page and by the worker, and either forgets it when its time is over.
"use strict";

// What is logged without signal waits in an outbox of its own, sealed for the
// site alone: it outlives the people it is about, and says nothing of them.
self.OUTBOX = { NAME: "waymark-away-outbox", PATH: "/care/away/outbox" };

const Away = (() => {
  const NAME = "waymark-away";
  const SLACK = 2 * 60_000; // that an honest clock may be put back by
  const ROUNDS = 600_000;
  const utf8 = (text) => new TextEncoder().encode(text);

  let opening;
  const gone = []; // told when another tab, or the worker, forgets the record
  function database() {
    opening ??= new Promise((resolve, reject) => {
      const asked = indexedDB.open(NAME, 1);
      asked.onupgradeneeded = () => asked.result.createObjectStore("lease", { keyPath: "name" });
      asked.onsuccess = () => {
        asked.result.onversionchange = () => { asked.result.close(); opening = undefined; for (const work of gone) work(); };
        resolve(asked.result);
      };
      asked.onerror = () => { opening = undefined; reject(asked.error); };
    });
    return opening;
  }
  async function act(mode, work) {
    const db = await database();
    return new Promise((resolve, reject) => {
      const tx = db.transaction("lease", mode, { durability: "strict" });
      const request = work(tx.objectStore("lease"));
      tx.oncomplete = () => resolve(request?.result);
      tx.onabort = () => reject(tx.error ?? new Error("aborted"));
    });
  }
  const read = () => act("readonly", (s) => s.get("lease"));
  // change works the new values out from what lies there now: page, worker and
  // other tabs look at the same time, and none takes back what another wrote.
  const change = (values) => act("readwrite", (s) => {
    s.get("lease").onsuccess = (event) => { const lease = event.target.result; if (lease) s.put({ ...lease, ...values(lease) }); };
  });

  // forget destroys the record and with it the phone's half of the key.
  async function forget() {
    if (opening) (await opening.catch(() => undefined))?.close();
    opening = undefined;
    await new Promise((resolve) => {
      const asked = indexedDB.deleteDatabase(NAME);
      asked.onsuccess = asked.onerror = asked.onblocked = resolve;
    });
  }

  // look returns the record while its time lasts. The latest moment that this
  // phone has seen is kept with it: a clock put back behind that gives no more
  // time, and ends it.
  async function look(now = Date.now()) {
    const lease = await read();
    if (!lease) return undefined;
    if (now >= lease.until || lease.seen >= lease.until || now < lease.seen - SLACK) {
      await forget();
      return undefined;
    }
    if (now > lease.seen) await change(({ seen }) => ({ seen: Math.max(seen, now) }));
    return lease;
  }

  // The key is made of the PIN and of a secret that stays in this browser. Neither
  // half is kept where it could be read out of it.
  async function keyOf(lease, pin) {
    const typed = await crypto.subtle.importKey("raw", utf8(pin), "PBKDF2", false, ["deriveBits"]);
    const salt = await crypto.subtle.deriveBits({ name: "PBKDF2", hash: "SHA-256", salt: lease.salt, iterations: ROUNDS }, typed, 256);
    return crypto.subtle.deriveKey({ name: "HKDF", hash: "SHA-256", salt, info: utf8(`waymark away ${lease.lease}`) }, lease.half, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  }
  const bound = (lease) => utf8(JSON.stringify([lease.lease, lease.user, lease.until]));

  // keep seals what the site sent and puts it in place of whatever was there.
  async function keep(said, pin) {
    const now = Date.now();
    const half = await crypto.subtle.importKey("raw", crypto.getRandomValues(new Uint8Array(32)), "HKDF", false, ["deriveKey"]);
    const lease = { name: "lease", lease: said.lease, user: said.user, until: now + (said.until - said.now), seen: now, tries: 0, half, salt: crypto.getRandomValues(new Uint8Array(16)), iv: crypto.getRandomValues(new Uint8Array(12)) };
    const key = await keyOf(lease, pin);
    lease.sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv: lease.iv, additionalData: bound(lease) }, key, utf8(JSON.stringify(said.people)));
    await act("readwrite", (s) => s.put(lease));
    await change(() => ({ seen: Date.now() }));
  }

  // open returns the people, or how many tries are left; with none left it is
  // forgotten. A try is counted before it is made: closing the page saves none.
  async function open(pin) {
    const lease = await look();
    if (!lease) return { left: 0 };
    let tries = Infinity; // where somebody forgot it in the meantime
    await change((now) => ({ tries: tries = now.tries + 1 }));
    if (tries > 5) return { left: 0 };
    try {
      const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv: lease.iv, additionalData: bound(lease) }, await keyOf(lease, pin), lease.sealed);
      await change(() => ({ tries: 0 }));
      return { people: JSON.parse(new TextDecoder().decode(plain)), until: lease.until };
    } catch {
      if (tries >= 5) await forget();
      return { left: Math.max(0, 5 - tries) };
    }
  }

  return { look, keep, open, forget, onGone: (work) => gone.push(work) };
})();

// The worker looks whenever it is woken. (In the page these events never come.)
if (!("document" in self)) {
  for (const event of ["activate", "fetch", "sync"]) self.addEventListener(event, (e) => e.waitUntil(Away.look().catch(() => {})));
}

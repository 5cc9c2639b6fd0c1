// The outbox: what was recorded waits on this phone, sealed, until the site has
// said that it has it. The page puts in and takes back, the page and the worker send.
// What is kept can be read by the site only, not by this phone.
"use strict";

const Outbox = (() => {
  const { NAME, PATH } = self.OUTBOX ?? { NAME: "waymark-outbox", PATH: "/police/outbox" };
  const DAY = 24 * 60 * 60 * 1000;

  let opening;
  function database() {
    opening ??= new Promise((resolve, reject) => {
      const asked = indexedDB.open(NAME, 1);
      asked.onupgradeneeded = () => {
        asked.result.createObjectStore("items", { keyPath: "id" }); // waiting
        asked.result.createObjectStore("receipts", { keyPath: "id" }); // sent, for a day
        asked.result.createObjectStore("facts", { keyPath: "name" }); // key, who, whom to ring
      };
      asked.onsuccess = () => {
        asked.result.onversionchange = () => { asked.result.close(); opening = undefined; };
        asked.result.onclose = () => { opening = undefined; };
        resolve(asked.result);
      };
      asked.onerror = () => { opening = undefined; reject(asked.error); };
    });
    return opening;
  }

  // act runs one transaction and resolves when it is on the disk.
  async function act(store, mode, work) {
    const db = await database();
    return new Promise((resolve, reject) => {
      const tx = db.transaction(store, mode, { durability: "strict" });
      const request = work(tx.objectStore(store));
      tx.oncomplete = () => resolve(request?.result);
      tx.onabort = () => reject(tx.error ?? new Error("aborted"));
    });
  }
  const get = (store, key) => act(store, "readonly", (s) => s.get(key));
  const all = (store) => act(store, "readonly", (s) => s.getAll());
  const put = (store, value) => act(store, "readwrite", (s) => s.put(value));
  const remove = (store, key) => act(store, "readwrite", (s) => s.delete(key));

  // One at a time, over all tabs and the worker, where the browser can do that. A
  // tab that the phone has put to sleep is not waited for longer than half a
  // minute: the site keeps one record either way.
  async function alone(work) {
    let begun = false;
    const once = () => { begun = true; return work(); };
    if (!navigator.locks) return once();
    try {
      return await navigator.locks.request(NAME, { signal: AbortSignal.timeout(30_000) }, once);
    } catch (failure) {
      if (begun) throw failure;
      return once();
    }
  }

  const channel = "BroadcastChannel" in self ? new BroadcastChannel(NAME) : null;
  const tell = () => channel?.postMessage("changed");

  async function post(path, answers) {
    return fetch(path, {
      method: "POST",
      body: new URLSearchParams(answers),
      redirect: "manual", // being sent to sign in is an answer, not a page to fetch
      cache: "no-store",
      signal: AbortSignal.timeout(20_000),
    });
  }

  // deliver sends one item. It returns "next", "stop" (no signal, or the site is
  // unwell) or "signed-out".
  async function deliver(item) {
    await put("items", { ...item, tries: (item.tries ?? 0) + 1 }); // before: an answer may never come
    let response;
    try {
      response = await post(PATH, { item: item.id, key: item.key, user: item.user, made_at: item.made, sent_at: Date.now(), sealed: item.sealed });
    } catch {
      return "stop";
    }
    if (response.status === 401 || response.type === "opaqueredirect") return "signed-out";
    let said;
    try {
      said = await response.json();
    } catch {
      return "stop"; // not the site's own words: a proxy, or half an answer
    }
    // Taken back while this was on its way: the item says so, look again.
    const now = (await get("items", item.id)) ?? item;
    if (said.state === "recorded") {
      // Without an address it is recorded by somebody else than who is signed in now.
      if (now.undo && said.contact && !(await takeBackSent(item.id, said.contact))) return "stop";
      await settle(item, { reference: said.reference, contact: said.contact, undone: Boolean(now.undo) });
      return "next";
    }
    if (said.state === "held") {
      await settle(item, { held: said.held, why: said.why });
      return "next";
    }
    if (said.state === "unreadable") {
      await put("items", { ...now, unreadable: said.why });
      return "next";
    }
    if (said.state === "full") return "next"; // it waits here on, and keeps nothing behind it
    return "stop";
  }

  // takeBackSent undoes what the site has already; true when there is an answer.
  async function takeBackSent(id, contact) {
    try {
      const response = await post(`/police/contacts/${encodeURIComponent(contact)}/undo`, { form_key: `undo ${id}` });
      return response.type === "opaqueredirect" || response.ok;
    } catch {
      return false;
    }
  }

  // settle writes down the receipt, then lets the item go, in one transaction.
  async function settle(item, receipt) {
    const db = await database();
    await new Promise((resolve, reject) => {
      const tx = db.transaction(["items", "receipts"], "readwrite", { durability: "strict" });
      tx.objectStore("receipts").put({ id: item.id, at: Date.now(), ...receipt });
      tx.objectStore("items").delete(item.id);
      tx.oncomplete = resolve;
      tx.onabort = () => reject(tx.error);
    });
  }

  // flush sends what waits, oldest first, and returns how it stands.
  async function flush() {
    let how = "next";
    await alone(async () => {
      const items = (await all("items")).filter((i) => !i.unreadable).sort((a, b) => a.made - b.made);
      for (const item of items) {
        how = await deliver(item);
        tell();
        if (how !== "next") break;
      }
      for (const r of await all("receipts")) if (Date.now() - r.at > DAY) await remove("receipts", r.id);
    });
    await put("facts", { name: "sign-in", needed: how === "signed-out" });
    tell();
    return how;
  }

  // add keeps a sealed item. It is safe on the phone once this resolves.
  async function add(item) {
    await put("items", item);
    tell();
  }

  // takeBack takes an item back: at once while it was never tried, else as soon
  // as the site has answered for it. It returns "gone", "later", or the receipt
  // of one that was sent.
  function takeBack(id) {
    return alone(async () => {
      const item = await get("items", id);
      if (!item) return (await get("receipts", id)) ?? "gone";
      if (!item.tries) {
        await remove("items", id);
        tell();
        return "gone";
      }
      await put("items", { ...item, undo: true });
      tell();
      return "later";
    });
  }

  // --- sealing ---

  const bytesOf = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  function textOf(bytes) {
    let out = "";
    for (const b of bytes) out += String.fromCharCode(b);
    return btoa(out).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  }
  const utf8 = (text) => new TextEncoder().encode(text);

  // An identifier in order of time (RFC 9562, version 7), made on the phone.
  function newItem() {
    const b = crypto.getRandomValues(new Uint8Array(16));
    const now = Date.now();
    for (let i = 0; i < 6; i++) b[i] = Math.floor(now / 2 ** (8 * (5 - i))) & 255;
    b[6] = (b[6] & 15) | 112;
    b[8] = (b[8] & 63) | 128;
    const hex = [...b].map((x) => x.toString(16).padStart(2, "0")).join("");
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  }

  // The key is taken only if the site signed it: its mark came with this page.
  async function trusted(said, site, signer) {
    const check = await crypto.subtle.importKey("raw", bytesOf(signer), { name: "ECDSA", namedCurve: "P-256" }, false, ["verify"]);
    if (!(await crypto.subtle.verify({ name: "ECDSA", hash: "SHA-256" }, check, bytesOf(said.signature), utf8(`waymark slot key\n${said.text}`)))) return null;
    const key = JSON.parse(said.text);
    return key.site === site ? key : null;
  }

  async function seal(item, answers, site, signer) {
    const said = await get("facts", "key");
    const key = said && (await trusted(said, site, signer));
    if (!key) throw new Error("no key");
    const me = await get("facts", "me");
    const user = me?.user ?? "";
    const suite = new HPKE.CipherSuite({ kem: new HPKE.DhkemP256HkdfSha256(), kdf: new HPKE.HkdfSha256(), aead: new HPKE.Aes256Gcm() });
    const sender = await suite.createSenderContext({
      recipientPublicKey: await suite.kem.deserializePublicKey(bytesOf(key.public).buffer),
      info: utf8(JSON.stringify(["waymark slot 1", site, key.key, user, item])),
    });
    const params = new URLSearchParams(answers);
    params.delete("form_key");
    params.set("pad", "");
    params.set("pad", "0".repeat(511 - (utf8(params.toString()).length % 512))); // so that its length tells little
    const sealed = new Uint8Array(await sender.seal(utf8(params.toString())));
    const enc = new Uint8Array(sender.enc), whole = new Uint8Array(enc.length + sealed.length);
    whole.set(enc);
    whole.set(sealed, enc.length);
    return { id: item, key: key.key, user, made: Date.now(), sealed: textOf(whole) };
  }

  return {
    add, flush, takeBack, newItem, trusted, seal,
    waiting: () => all("items"),
    receipt: (id) => get("receipts", id),
    drop: async (id) => { await remove("items", id); tell(); },
    fact: (name) => get("facts", name),
    // All of it or nothing: a key without who is signed in would seal for nobody.
    remember: (facts) => act("facts", "readwrite", (s) => { for (const f of facts) s.put(f); }),
    onChange: (work) => channel?.addEventListener("message", work),
  };
})();

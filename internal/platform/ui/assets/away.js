// Taking people along on a phone: the page that puts them on it, and the page that
// opens without signal. Whoever reads this page on paper or without scripts loses
// nothing: a printed sheet does the same.
"use strict";

(() => {
  const root = document.querySelector("[data-away]");
  if (!root) return;
  const by = (id) => document.getElementById(id);
  if (!("indexedDB" in window) || !window.crypto?.subtle) { // too old a browser, or no TLS
    by("away-none")?.removeAttribute("hidden");
    return;
  }
  const { site, signer } = root.dataset;
  const MINUTE = 60_000;

  // Every sentence is on the page already; this only shows and hides.
  const only = (of, id) => { for (const e of document.querySelectorAll(`[data-${of}]`)) e.hidden = e.id !== id; };

  // learn asks, while there is signal, for the key to seal with and who is signed
  // in. It returns who, or nothing.
  async function learn() {
    try {
      const response = await fetch("/care/away/key", { redirect: "manual", cache: "no-store", signal: AbortSignal.timeout(10_000) });
      if (!response.ok) return undefined;
      const said = await response.json();
      if (!(await Outbox.trusted(said, site, signer))) return undefined;
      await Outbox.remember([{ name: "key", text: said.text, signature: said.signature }, { name: "me", user: said.user }]);
      return said.user;
    } catch {
      return undefined; // no signal
    }
  }

  // The worker keeps this page for when there is no signal.
  async function keepPage() {
    if (!("serviceWorker" in navigator)) return;
    const where = "/care/away/worker.js";
    const policy = window.trustedTypes?.createPolicy("waymark-worker", { createScriptURL: (url) => { if (url !== where) throw new TypeError("not our worker"); return url; } });
    await navigator.serviceWorker.register(policy ? policy.createScriptURL(where) : where, { scope: "/care/away/", updateViaCache: "none" }).catch(() => {});
  }

  // --- putting them on the phone ---

  if (root.dataset.lease) {
    by("away-scripts").hidden = true;
    by("away-pack").hidden = false;
    const kept = keepPage();
    by("away-pack").addEventListener("submit", async (event) => {
      event.preventDefault();
      event.stopImmediatePropagation();
      const [pin, again] = [by("pin").value, by("again").value];
      if (pin.length < 6) return only("wrong", "away-short");
      if ([0, 1].some((step) => [...pin].every((c, i) => !i || c.charCodeAt(0) - pin.charCodeAt(i - 1) === step))) return only("wrong", "away-easy");
      if (pin !== again) return only("wrong", "away-differs");
      only("wrong", "");
      by("away-button").disabled = true;
      try {
        const response = await fetch("/care/away/bundle", { method: "POST", body: new URLSearchParams({ lease: root.dataset.lease }), redirect: "manual", cache: "no-store" });
        if (!response.ok) throw new Error("no bundle");
        const said = await response.json();
        if ((await learn()) !== said.user) throw new Error("no key");
        await Away.keep(said, pin);
        navigator.storage?.persist?.();
        await kept;
        if ("serviceWorker" in navigator) await Promise.race([navigator.serviceWorker.getRegistration("/care/away/").then((r) => new Promise((done) => {
          const one = r?.installing ?? r?.waiting;
          if (!one) return done();
          one.addEventListener("statechange", () => { if (one.state === "activated") done(); });
        })), new Promise((done) => setTimeout(done, 10_000))]);
        location.assign("/care/away/people");
      } catch {
        by("away-button").disabled = false;
        only("wrong", "away-not-now");
      }
    }, true);
    return;
  }

  // --- the page that opens without signal ---

  let people = null, until = 0, here = "", draftFor = -1;
  const form = by("log-form");
  const time = (ms) => new Intl.DateTimeFormat("en-GB", { timeZone: root.dataset.zone, hour: "2-digit", minute: "2-digit" }).format(new Date(ms));
  const day = (text) => new Intl.DateTimeFormat("en-GB", { weekday: "short", day: "numeric", month: "short", timeZone: "UTC" }).format(new Date(`${text}T12:00:00Z`));
  const copy = (id) => by(id).content.firstElementChild.cloneNode(true);

  function part(id) {
    if (here === id) return;
    const first = !here;
    here = id;
    only("part", id);
    window.scrollTo(0, 0);
    if (id === "away-locked") by("pin").focus();
    else if (!first) by(id).querySelector("h2").focus();
  }

  function lock() {
    people = null;
    by("away-list-rows").replaceChildren();
    by("away-card-body").replaceChildren();
    by("away-card-name").textContent = by("away-log-name").textContent = by("away-log-safe").textContent = "";
    by("keeps-options").replaceChildren();
  }

  // rest shows the page as it is while nobody can be seen on it.
  async function rest(ended) {
    lock();
    const lease = await Away.look();
    if (ended || !lease) by("away-ended").hidden = !ended;
    part(lease ? "away-locked" : "away-none");
  }

  async function forget() {
    await Away.forget();
    form.reset();
    draftFor = -1;
    await rest(true);
  }

  by("away-open").addEventListener("submit", async (event) => {
    event.preventDefault();
    event.stopImmediatePropagation();
    const pin = by("pin").value;
    by("pin").value = "";
    by("away-busy").hidden = false;
    const got = await Away.open(pin);
    by("away-busy").hidden = true;
    if (!got.people) {
      if (!got.left) return rest(true);
      by("away-left").textContent = got.left;
      return only("wrong", "away-wrong");
    }
    only("wrong", "");
    ({ people, until } = got);
    list();
    go();
  }, true);

  function list() {
    by("away-until").textContent = time(until);
    by("away-list-rows").replaceChildren(...people.map((p, i) => {
      const row = copy("away-row");
      const [name, log] = row.querySelectorAll("a");
      name.textContent = p.name;
      name.href = `#p${i}`;
      log.href = `#l${i}`;
      log.querySelector("span").textContent = p.name;
      row.querySelector(".what").textContent = p.needs[0] ?? p.promises[0]?.words ?? p.safe;
      return row;
    }));
  }

  function card(i) {
    const p = people[i], body = copy("away-person");
    const fill = (name, texts) => {
      const box = body.querySelector(`[data-of="${name}"]`);
      box.hidden = !texts.length;
      box.querySelector("dd").replaceChildren(...texts.map((t) => Object.assign(document.createElement("p"), { textContent: t })));
    };
    fill("safe", p.safe ? [p.safe] : []);
    fill("needs", p.needs);
    fill("promises", p.promises.map((x) => `${day(x.on)}${x.clock ? `, ${x.clock}` : ""}: ${x.words}`));
    fill("steps", p.steps);
    fill("places", p.places ? [p.places] : []);
    by("away-card-name").textContent = p.pronouns ? `${p.name} (${p.pronouns})` : p.name;
    by("away-card-body").replaceChildren(body);
    by("away-card-log").href = `#l${i}`;
    part("away-card");
  }

  function log(i) {
    const p = people[i];
    if (draftFor !== i) form.reset();
    draftFor = i;
    by("away-log-name").textContent = p.name;
    by("away-log-safe").textContent = p.safe;
    by("away-log-back").href = `#p${i}`;
    by("keeps-options").replaceChildren(copy("away-no-promise"), ...p.promises.map((x) => {
      const option = copy("away-promise");
      option.querySelector("input").value = x.id;
      option.querySelector("span").textContent = x.words;
      return option;
    }));
    by("keeps").hidden = !p.promises.length;
    only("wrong", "");
    part("away-log");
  }

  // go shows what the address names: a place in the list, never an id.
  function go() {
    if (!people) return rest();
    const [, what, i] = location.hash.match(/^#([pl])(\d)$/) ?? [];
    if (what && people[i]) return what === "p" ? card(Number(i)) : log(Number(i));
    if (location.hash === "#saved") return part("away-saved");
    part("away-list");
  }
  window.addEventListener("hashchange", go);

  let saving = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    event.stopImmediatePropagation();
    if (saving || !people) return;
    const answers = new FormData(form);
    if (!answers.get("how")) return only("wrong", "away-how");
    if (answers.get("next") && !answers.get("next_day")) return only("wrong", "away-day");
    if (answers.get("minutes_exact") && !/^\d{1,4}$/.test(answers.get("minutes_exact").trim())) return only("wrong", "away-minutes");
    only("wrong", "");
    answers.set("person", people[draftFor].id);
    saving = true;
    try {
      await Outbox.add(await Outbox.seal(Outbox.newItem(), answers, site, signer));
      form.reset();
      draftFor = -1;
      location.hash = "#saved";
      send();
    } catch {
      only("wrong", "away-not-kept"); // what was typed is still there
    } finally {
      saving = false;
    }
  }, true);

  by("away-forget").addEventListener("click", async () => {
    const lease = await Away.look();
    await forget();
    if (lease) fetch(`/care/away/end/${encodeURIComponent(lease.lease)}`, { method: "POST", body: new URLSearchParams({ form_key: `end ${lease.lease}` }), redirect: "manual", keepalive: true }).catch(() => {});
  });
  by("away-lock").addEventListener("click", () => rest());

  // --- how it stands ---

  async function render() {
    const [items, signIn] = await Promise.all([Outbox.waiting(), Outbox.fact("sign-in")]);
    const sealed = items.filter((i) => !i.unreadable), broken = items.length - sealed.length;
    by("outbox").hidden = !items.length;
    by("outbox-some").hidden = by("outbox-send").hidden = !sealed.length;
    by("outbox-count").textContent = sealed.length;
    by("outbox-sign-in").hidden = by("outbox-sign-in-words").hidden = !(sealed.length && signIn?.needed);
    by("outbox-broken").hidden = !broken;
    const waits = sealed.length > 0;
    by("away-saved-waits").hidden = !waits;
    by("away-saved-sent").hidden = waits;
  }

  // The site says whether the people may still be here, also when nobody is signed
  // in any more. Anybody else who signs in here finds nothing.
  async function stands() {
    const lease = await Away.look();
    if (!lease) return people && rest(true);
    const user = await learn();
    if (user && user !== lease.user) return forget();
    try {
      const response = await fetch("/care/away/standing", { method: "POST", body: new URLSearchParams({ lease: lease.lease }), cache: "no-store", signal: AbortSignal.timeout(10_000) });
      if (response.ok && (await response.json()).live === false) await forget();
    } catch {
      // no signal: its own time still holds
    }
  }

  let timer;
  async function send() {
    clearTimeout(timer);
    await stands().catch(() => {});
    if ((await Outbox.waiting()).some((i) => !i.unreadable)) {
      await learn();
      await Outbox.flush().catch(() => {});
    }
    await render();
    if (!(await Outbox.waiting()).some((i) => !i.unreadable)) return;
    timer = setTimeout(send, 30_000);
    const ready = await navigator.serviceWorker?.getRegistration("/care/away/");
    ready?.sync?.register("outbox").catch(() => {});
  }

  // A page left alone is locked: after five minutes without a touch, or two out of
  // sight. What was typed waits in it.
  let touched = Date.now(), left = 0;
  for (const kind of ["pointerdown", "keydown", "scroll"]) document.addEventListener(kind, () => { touched = Date.now(); }, { passive: true });
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) { left = Date.now(); return; }
    if (people && Date.now() - left > 2 * MINUTE) rest();
    send();
  });
  setInterval(async () => {
    if (!(await Away.look())) return people && rest(true);
    if (people && (Date.now() - touched > 5 * MINUTE || (document.hidden && Date.now() - left > 2 * MINUTE))) rest();
  }, 10_000);
  setInterval(stands, 5 * MINUTE);

  by("outbox-send").addEventListener("click", send);
  window.addEventListener("online", send);
  window.addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
  Outbox.onChange(render);
  Away.onGone(() => { if (people) rest(true); });

  keepPage();
  rest();
  render();
  send();
})();

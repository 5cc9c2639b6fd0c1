// Decide on a phone: what is recorded is sealed here for the site alone, kept,
// and sent when it can be. Without this file the page sends as any form does.
"use strict";

(() => {
  const form = document.querySelector("form.decide");
  if (!form || !form.dataset.signer || !("indexedDB" in window) || !window.crypto?.subtle) return;
  const by = (id) => document.getElementById(id);
  const { site, signer, zone } = form.dataset;
  const title = document.title, heading = by("title").textContent;
  const MINUTE = 60_000, HOUR = 60 * MINUTE;

  // --- the page ---

  let item = "", savedAs = "", wasDiverted = false;
  function begin() {
    item = Outbox.newItem();
    form.elements.form_key.value = item; // also when it is sent as a plain form
    const when = form.elements.happened_at;
    if (!when.value) {
      const part = Object.fromEntries(new Intl.DateTimeFormat("en-GB", { timeZone: zone, hourCycle: "h23", year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit" })
        .formatToParts(new Date()).map((p) => [p.type, p.value]));
      when.value = `${part.year}-${part.month}-${part.day}T${part.hour}:${part.minute}`;
    }
  }

  // The same questions that the site insists on, asked before it is saved.
  function missing(answers) {
    const outcome = answers.get("outcome"), wrong = [];
    const need = (name, text, held = answers.get(name)) => { if (!String(held ?? "").trim()) wrong.push({ name, text }); };
    need("outcome", tell("Say what you decided"));
    if (answers.get("door") !== "social_contact") need("offence", tell("Choose the offence"));
    if (outcome) need(`reason_${outcome}`, tell("Choose the reason"));
    const reason = form.querySelector(`input[name="reason_${outcome}"]:checked`);
    if (reason?.parentElement.querySelector("small")) need("words", tell("Say in a few words what the reason was"));
    if (reason?.value === "other_pathway" && form.elements.pathway) need("pathway", tell("Choose which pathway it is"));
    need("age_band", tell("Choose an age band, or not known"));
    need("sex", tell("Choose one, or not known"));
    if (!answers.get("ethnicity")) need("ethnic_group", tell("Choose what they said, or say that they were not asked or said no"));
    if (outcome === "diverted") {
      if (answers.get("age_band") === "under_18") wrong.push({ name: "outcome", text: tell("LEAD here is for adults. Choose \"Not eligible\" with the youth pathway as the reason") });
      if (answers.has("exclusions") || form.querySelector(".excluded input:checked")) {
        need("override_by", tell("Name who said yes all the same: this is usually not divertible"));
        need("override_why", tell("Say why they said yes"));
      }
      need("voluntary", tell("LEAD is only ever their choice: tell them so, then confirm it here"));
      need("meeting", tell("Choose how they will meet"));
      need("nickname", tell("Enter a first name or nickname: any name they like to be called"));
      if (answers.get("meeting") === "meet_at") need("meet_words", tell("Enter the place and time they chose"));
      if (answers.get("meeting") === "find_later") need("find_words", tell("Say how to find them: where they often are, or a number they gave"));
    }
    need("happened_at", tell("Enter when it happened"));
    return wrong;
  }

  function element(tag, props = {}, ...children) {
    const e = Object.assign(document.createElement(tag), props);
    e.append(...children);
    return e;
  }

  function clearWrong() {
    document.getElementById("error-summary")?.remove();
    for (const e of form.querySelectorAll(".error")) e.remove();
    for (const e of form.querySelectorAll(".wrong")) e.classList.remove("wrong");
    for (const e of form.querySelectorAll("[aria-invalid]")) e.removeAttribute("aria-invalid");
    document.title = title;
  }

  function showWrong(wrong) {
    clearWrong();
    const list = element("ul");
    for (const { name, text } of wrong) {
      const field = by(name) ?? form.querySelector(`[name="${CSS.escape(name)}"]`);
      const box = field.closest("fieldset, .field");
      const first = box.querySelector("legend, label");
      box.classList.add("wrong");
      first.after(element("p", { className: "error", id: `${name}-error` }, element("span", { className: "skip-text", textContent: tell("Error: ") }), text));
      field.setAttribute("aria-invalid", "true");
      field.closest("details")?.setAttribute("open", "");
      list.append(element("li", {}, element("a", { href: `#${field.id}`, textContent: text })));
    }
    const summary = element("div", { className: "summary", id: "error-summary", tabIndex: -1 },
      element("p", { className: "title", id: "error-title", textContent: tell("There is something to put right") }), list);
    summary.setAttribute("role", "alert");
    summary.setAttribute("aria-labelledby", "error-title");
    by("title").before(summary);
    document.title = tell("Error: ") + title;
    summary.focus();
    summary.scrollIntoView();
  }

  // --- sealing ---

  const seal = (answers) => Outbox.seal(item, answers, site, signer);
  const trusted = (said) => Outbox.trusted(said, site, signer);

  let saving = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    event.stopImmediatePropagation(); // this page counts its own taps
    if (saving) return;
    const answers = new FormData(form);
    const wrong = missing(answers);
    if (wrong.length) return showWrong(wrong);
    clearWrong();
    saving = true;
    try {
      const sealed = await seal(answers);
      await Outbox.add(sealed);
      savedAs = item;
      wasDiverted = answers.get("outcome") === "diverted";
      navigator.storage?.persist?.();
      await showSaved();
      send();
    } catch (failure) {
      // No key yet, or the phone's storage is full or closed: what was typed is
      // still on the page, and goes as any form does if there is signal.
      if (navigator.onLine) return form.submit();
      showWrong([{ name: "outcome", text: failure.message === "no key"
        ? tell("This phone is not set up yet: open this page once with signal. Nothing was saved; what you chose is still here")
        : tell("This phone could not keep it: its storage may be full. Nothing was saved; what you chose is still here. Make room, or use the paper card") }]);
    } finally {
      saving = false;
    }
  }, true);

  async function showSaved() {
    by("question").hidden = true;
    by("saved").hidden = false;
    by("saved-diverted").hidden = !wasDiverted;
    const [on, ...others] = (await Outbox.fact("on-call"))?.list ?? [];
    by("saved-call").hidden = !on;
    by("saved-nobody").hidden = Boolean(on);
    if (on) {
      by("saved-tel").href = `tel:${on.phone}`;
      by("saved-tel").textContent = tell("Call {1}, on call", on.name);
      by("saved-next").hidden = !others.length;
      by("saved-next").replaceChildren(tell("No answer? Then ring "), ...others.flatMap((o, i) => [i ? tell(", then ") : "", element("a", { href: `tel:${o.phone}`, textContent: `${o.name}, ${o.phone}` })]), ".");
    }
    await render();
    headed(tell("Saved"));
  }

  by("saved-undo").addEventListener("click", async () => {
    let how = await Outbox.takeBack(savedAs);
    if (how.contact) {
      try {
        const r = await fetch(`/police/contacts/${encodeURIComponent(how.contact)}/undo`, { method: "POST", body: new URLSearchParams({ form_key: `undo ${savedAs}` }), signal: AbortSignal.timeout(20_000) });
        if (!r.ok || new URL(r.url).searchParams.get("undo")) return location.assign(r.ok ? r.url : `/police/contacts/${encodeURIComponent(how.contact)}`);
      } catch {
        by("saved-words").textContent = tell("No signal, so it could not be taken back yet. Try again, or correct it later under My entries.");
        return;
      }
    }
    savedAs = "";
    begin(); // the answers are still there, and the next save is a new entry
    back(how === "later" ? tell("It is being taken back.") : tell("Taken back. Your answers are still here."));
    send();
  });
  by("saved-another").addEventListener("click", () => {
    savedAs = "";
    form.reset();
    form.elements.happened_at.value = "";
    begin();
    back("");
  });

  function back(words) {
    by("saved").hidden = true;
    by("question").hidden = false;
    headed(heading);
    notice = words;
    render();
  }

  // headed puts what the page now is at its top, where whoever cannot see hears it.
  function headed(words) {
    document.title = words === heading ? title : `${words} - ${title}`;
    by("title").textContent = words;
    window.scrollTo(0, 0);
    by("title").focus();
  }

  // --- how it stands ---

  let notice = "", foreignKey = false;
  const ago = (ms) => (ms < 90_000 ? tell("a minute") : ms < 2 * HOUR ? tell("{1} minutes", Math.round(ms / MINUTE)) : ms < 48 * HOUR ? tell("{1} hours", Math.round(ms / HOUR)) : tell("{1} days", Math.round(ms / (24 * HOUR))));

  // render says how things stand, always from what is stored, so that no message
  // is ever left over from before.
  async function render() {
    const [items, me, clock, signIn] = await Promise.all([Outbox.waiting(), Outbox.fact("me"), Outbox.fact("clock"), Outbox.fact("sign-in")]);
    by("recording-as").textContent = me?.as ? tell("Recording as {1}.", me.as) + (me.due ? " " + tell("Your LEAD training is due a refresher.") : "") : "";
    const words = [];
    if (notice) words.push(notice);
    if (foreignKey) words.push(tell("This phone was offered a key that is not the site's own. Nothing is sealed with it. Tell your sergeant."));
    const sealed = items.filter((i) => !i.unreadable), broken = items.length - sealed.length;
    if (sealed.length) {
      const age = Date.now() - Math.min(...sealed.map((i) => i.made));
      words.push(sealed.length === 1 ? tell("1 entry waits on this phone, sealed; the entry is {1} old.", ago(age)) : tell("{1} entries wait on this phone, sealed; the oldest is {2} old.", sealed.length, ago(age)));
      if (age > 24 * HOUR) words.push(tell("That is more than a day: find signal and send now."));
      if (signIn?.needed) words.push(tell("Sign in and it is sent."));
    }
    if (broken) words.push((broken === 1 ? tell("1 entry on this phone can no longer be read by the site, because the key is gone or it was altered.") : tell("{1} entries on this phone can no longer be read by the site, because the key is gone or it was altered.", broken)) + " " + tell("Record it again from your notes."));
    if (Math.abs(clock?.ahead ?? 0) > 2 * MINUTE) words.push(clock.ahead > 0 ? tell("This phone's clock is {1} ahead. The site puts times right by that.", ago(clock.ahead)) : tell("This phone's clock is {1} behind. The site puts times right by that.", ago(-clock.ahead)));
    by("outbox").hidden = words.length === 0;
    by("outbox-words").textContent = words.join(" ");
    by("outbox-send").hidden = !sealed.length;
    by("outbox-sign-in").hidden = !(sealed.length && signIn?.needed);
    navigator.setAppBadge?.(sealed.length).catch(() => {});
    if (savedAs) await renderSaved(items);
  }

  async function renderSaved(items) {
    const receipt = await Outbox.receipt(savedAs), waits = items.find((i) => i.id === savedAs);
    const open = by("saved-open");
    open.hidden = !(receipt?.reference || receipt?.held);
    if (receipt?.reference) {
      by("saved-words").textContent = tell("Sent. Your reference is {1}.", receipt.reference);
      open.href = `/police/contacts/${encodeURIComponent(receipt.contact)}`;
      open.textContent = tell("Open {1}", receipt.reference);
    } else if (receipt && !receipt.held) { // somebody else is signed in by now: what it became is its officer's
      by("saved-words").textContent = tell("Sent.");
      by("saved-undo").hidden = true;
    } else if (receipt) {
      by("saved-words").textContent = tell("Sent, and kept for you to look at: something in it needs a second look.");
      open.href = `/police/review/${encodeURIComponent(receipt.held)}`;
      open.textContent = tell("Look at it");
      by("saved-undo").hidden = true;
    } else if (waits) {
      by("saved-words").textContent = tell("Saved on this phone, sealed. It is sent as soon as there is signal.");
    }
    if (!receipt || receipt.reference) by("saved-undo").hidden = false;
  }

  // --- sending ---

  let timer;
  async function send() {
    clearTimeout(timer);
    await learn();
    await Outbox.flush().catch(() => {});
    await render();
    const left = (await Outbox.waiting()).some((i) => !i.unreadable);
    if (!left) return;
    timer = setTimeout(send, 30_000);
    const ready = await navigator.serviceWorker?.getRegistration();
    ready?.sync?.register("outbox").catch(() => {});
  }

  // learn asks the site, while there is signal, for the key, who is signed in,
  // and whom to ring.
  async function learn() {
    try {
      const response = await fetch("/police/outbox/key", { redirect: "manual", cache: "no-store", signal: AbortSignal.timeout(10_000) });
      if (!response.ok) return;
      const said = await response.json();
      const key = await trusted(said);
      foreignKey = !key;
      if (!key) return;
      await Outbox.remember([
        { name: "key", text: said.text, signature: said.signature },
        { name: "me", user: said.user, as: said.name, due: said.refresher },
        { name: "on-call", list: said.on_call },
        { name: "clock", ahead: Date.now() - said.now },
      ]);
    } catch {
      // no signal: what was learnt before still holds
    }
  }

  by("outbox-send").addEventListener("click", send);
  window.addEventListener("online", send);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) send(); });
  window.addEventListener("pageshow", (event) => { if (event.persisted) render(); });
  Outbox.onChange(render);

  // --- search in the offences ---

  const search = by("offence-search");
  by("find-offence").hidden = false;
  search.addEventListener("input", () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const set of by("more-offences").querySelectorAll("fieldset")) {
      let any = false;
      for (const label of set.querySelectorAll("label")) {
        const text = label.textContent.toLowerCase();
        label.hidden = !words.every((w) => text.includes(w)) && !label.querySelector("input").checked;
        any ||= !label.hidden;
      }
      set.hidden = !any;
    }
  });
  search.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });

  // The worker keeps this page for when there is no signal.
  if ("serviceWorker" in navigator) {
    const where = "/police/worker.js";
    const policy = window.trustedTypes?.createPolicy("waymark-worker", { createScriptURL: (url) => { if (url !== where) throw new TypeError("not our worker"); return url; } });
    navigator.serviceWorker.register(policy ? policy.createScriptURL(where) : where, { scope: "/police/", updateViaCache: "none" }).catch(() => {});
  }

  begin();
  render();
  send();
})();

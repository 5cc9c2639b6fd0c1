// Never lost, never doubled: the sealed outbox in a real browser, over a network
// that fails.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { area, divert, fill, kept, notDivert, offline, ready, recorded, until } from "./officer.mjs";

let site, page;
before(async () => {
  site = await area();
  page = await site.signIn("officer");
  await ready(page, site.url);
});
after(() => site?.stop());

const outbox = (request) => request.url === "/police/outbox" && request.method === "POST";
const save = async (p) => {
  await p.getByRole("button", { name: "Save", exact: true }).click();
  await p.locator("#saved").waitFor();
};
const fresh = async (p) => { await p.goto(`${site.url}/police/decide`); };
const emptied = (p) => until(p, async () => (await Outbox.waiting()).length === 0);
const times = async (number) => (await recorded(page)).entries.filter((e) => e.number === number).length;
const sendNow = (p) => p.evaluate(() => Outbox.flush());

test("recorded without signal, tab killed, opened again, sent: exactly one record", { timeout: 120_000 }, async () => {
  await offline(page, true);
  await fresh(page);
  await fill(page, divert("OFF-1"));
  await save(page);
  assert.match(await page.locator("#saved-words").innerText(), /Saved on this phone/);
  const context = page.context();
  await page.close();
  page = await context.newPage();
  await page.goto(`${site.url}/police/decide`);
  await page.locator("#outbox-words", { hasText: "1 entry waits on this phone" }).waitFor();
  await offline(page, false);
  await emptied(page);
  assert.equal(await times("OFF-1"), 1);
});

test("the page opens without signal and quickly", { timeout: 60_000 }, async () => {
  await offline(page, true);
  const took = [];
  for (let i = 0; i < 5; i++) {
    await fresh(page);
    took.push(await page.evaluate(() => performance.getEntriesByType("navigation")[0].domContentLoadedEventEnd));
    assert.ok(await page.getByRole("heading", { name: "What did you decide?" }).isVisible());
  }
  await page.goto(`${site.url}/police/contacts`);
  assert.match(await page.locator("h1").innerText(), /No signal/);
  await offline(page, false);
  console.log(`opens without signal in ${took.map(Math.round).join(", ")} ms`);
});

test("the site commits and the answer is lost: one record, however often it is sent", { timeout: 60_000 }, async () => {
  let lost = 0;
  site.faults.hook = (r) => (outbox(r) && lost++ < 3 ? "drop-after" : undefined);
  await fresh(page);
  await fill(page, divert("LOST-1"));
  await save(page);
  for (let i = 0; i < 4; i++) await sendNow(page);
  await emptied(page);
  site.faults.hook = () => undefined;
  assert.ok(lost >= 3);
  assert.equal(await times("LOST-1"), 1);
  assert.match(await page.locator("#saved-words").innerText(), /Sent\. Your reference is LD-/);
});

test("signed out while it waits: it stays, says so, and goes once signed in", { timeout: 60_000 }, async () => {
  site.faults.hook = (r) => (r.url.startsWith("/police/outbox") ? "401" : undefined);
  await fresh(page);
  await fill(page, notDivert("OUT-1"));
  await save(page);
  await page.locator("#outbox-sign-in").waitFor();
  assert.match(await page.locator("#outbox-words").innerText(), /Sign in and it is sent/);
  assert.equal((await page.evaluate(() => Outbox.waiting())).length, 1);
  site.faults.hook = () => undefined;
  // Not a click that waits: the worker's own try may have been first, and the button gone.
  await page.locator("#outbox-send").evaluate((button) => button.click());
  await emptied(page);
  assert.equal(await times("OUT-1"), 1);
  assert.ok(await page.locator("#outbox").isHidden(), "an old message is left over");
});

test("two tabs send at once: each item once", { timeout: 60_000 }, async () => {
  let posts = 0;
  site.faults.hook = (r) => { if (outbox(r)) posts++; };
  await offline(page, true);
  await fresh(page);
  for (const n of [1, 2, 3]) {
    await fill(page, notDivert(`TAB-${n}`));
    await save(page);
    await page.locator("#saved-another").click();
  }
  const other = await page.context().newPage();
  await other.goto(`${site.url}/police/decide`);
  await offline(page, false);
  await Promise.all([sendNow(page), sendNow(other), sendNow(page), sendNow(other)]);
  await emptied(page);
  await other.close();
  site.faults.hook = () => undefined;
  for (const n of [1, 2, 3]) assert.equal(await times(`TAB-${n}`), 1);
  assert.equal(posts, 3, "something was sent twice although two tabs take turns");
});

test("the worker sends with no page open", { timeout: 60_000 }, async () => {
  await offline(page, true);
  await fresh(page);
  await fill(page, notDivert("BG-1"));
  await save(page);
  const context = page.context();
  await page.close();
  // Chromium does not wake the worker by itself when a test ends being offline.
  const browser = await context.browser().newBrowserCDPSession();
  const { targetInfos } = await browser.send("Target.getTargets");
  await context.setOffline(false);
  const worker = context.serviceWorkers()[0];
  assert.ok(worker, `no worker among ${targetInfos.map((t) => t.type)}`);
  await worker.evaluate(() => Outbox.flush());
  page = await context.newPage();
  await page.goto(`${site.url}/police/decide`);
  assert.equal((await page.evaluate(() => Outbox.waiting())).length, 0);
  assert.equal(await times("BG-1"), 1);
});

test("the site's key changes while an entry waits: it still opens", { timeout: 60_000 }, async () => {
  await offline(page, true);
  await fresh(page);
  const before = await page.evaluate(async () => JSON.parse((await Outbox.fact("key")).text).key);
  await fill(page, divert("KEY-1"));
  await save(page);
  await site.rotate();
  await offline(page, false);
  await emptied(page);
  await until(page, async (was) => JSON.parse((await Outbox.fact("key")).text).key !== was, before);
  assert.equal(await times("KEY-1"), 1);
  await fresh(page);
  await fill(page, notDivert("KEY-2"));
  await save(page);
  await emptied(page);
  assert.equal(await times("KEY-2"), 1);
});

test("a key that the site did not sign is not sealed with", { timeout: 60_000 }, async () => {
  await fresh(page);
  const was = await page.evaluate(() => Outbox.fact("key"));
  await page.route("**/police/outbox/key", async (route) => {
    const response = await route.fetch();
    const said = await response.json();
    const text = JSON.parse(said.text);
    text.public = text.public.replace(/.$/, (c) => (c === "A" ? "B" : "A"));
    await route.fulfill({ response, json: { ...said, text: JSON.stringify(text) } });
  });
  await page.reload();
  await page.locator("#outbox", { hasText: "not the site's own" }).waitFor();
  assert.equal((await page.evaluate(() => Outbox.fact("key"))).text, was.text);
  await page.unroute("**/police/outbox/key");
});

test("a page that somebody put into the cache is not shown", { timeout: 60_000 }, async () => {
  await fresh(page);
  await page.evaluate(async () => {
    for (const name of await caches.keys()) {
      const cache = await caches.open(name);
      for (const request of await cache.keys()) if (request.url.includes("/shell/")) await cache.put(request, new Response("<!DOCTYPE html><h1>EVIL</h1>", { headers: { "Content-Type": "text/html" } }));
    }
  });
  await fresh(page);
  assert.match(await page.locator("h1").innerText(), /What did you decide/);
  await offline(page, true);
  await fresh(page);
  assert.match(await page.locator("h1").innerText(), /What did you decide/, "it was not kept again");
  await offline(page, false);
});

test("the right page with somebody else's headers is shown with the site's own", { timeout: 60_000 }, async () => {
  await fresh(page);
  await page.evaluate(async () => {
    for (const name of await caches.keys()) {
      const cache = await caches.open(name);
      for (const request of await cache.keys()) {
        if (!request.url.includes("/shell/")) continue;
        const body = await (await cache.match(request)).arrayBuffer();
        await cache.put(request, new Response(body, { headers: { "Content-Type": "text/html; charset=utf-8", "Refresh": "0; url=/police/say" } }));
      }
    }
  });
  await offline(page, true);
  const answer = await page.goto(`${site.url}/police/decide`);
  assert.equal(answer.headers().refresh, undefined);
  assert.match(answer.headers()["content-security-policy"] ?? "", /default-src 'none'.*trusted-types/);
  assert.match(await page.locator("h1").innerText(), /What did you decide/);
  await offline(page, false);
});

test("nothing that was recorded can be read on the phone", { timeout: 60_000 }, async () => {
  await offline(page, true);
  await fresh(page);
  const canaries = { nickname: "CanaryNickname", find_words: "CanaryPlaceBehindTheMill", words: "CanaryWords", place: "CanaryStreet", communication: "CanaryLanguage", force_reference: "CANARY-9" };
  await fill(page, { ...divert("CANARY-9"), ...canaries });
  await save(page);
  const all = await kept(page);
  assert.ok(all.includes("sealed"), "the test looks in the wrong place");
  for (const word of [...Object.values(canaries), "CANARY"]) assert.ok(!all.includes(word), `${word} can be read on the phone`);
  const [item] = await page.evaluate(() => Outbox.waiting());
  const short = (await page.evaluate(() => Outbox.waiting()))[0].sealed.length;
  await page.locator("#saved-another").click();
  await fill(page, notDivert("X"));
  await save(page);
  const lengths = (await page.evaluate(() => Outbox.waiting())).map((i) => i.sealed.length);
  assert.ok(item && short && lengths.length === 2);
  await offline(page, false);
  await emptied(page);
  const later = await kept(page);
  for (const word of Object.values(canaries)) assert.ok(!later.includes(word), `${word} is left on the phone`);
});

test("undo without signal: it never was", { timeout: 60_000 }, async () => {
  await offline(page, true);
  await fresh(page);
  await page.waitForFunction(() => document.getElementById("recording-as").textContent); // the first try to send is over
  await fill(page, notDivert("UNDO-1"));
  await page.evaluate(() => { Outbox.flush = async () => "stop"; }); // as on a phone that has not tried yet
  await save(page);
  await page.locator("#saved-undo").click();
  await page.getByRole("heading", { name: "What did you decide?" }).waitFor();
  assert.equal(await page.locator("[name=force_reference]").inputValue(), "UNDO-1", "the answers are gone");
  assert.equal((await page.evaluate(() => Outbox.waiting())).length, 0);
  await offline(page, false);
  assert.equal(await times("UNDO-1"), 0);
});

test("undo after it was sent: it stays, marked, and the hand-off goes to nobody", { timeout: 60_000 }, async () => {
  await fresh(page);
  await fill(page, divert("UNDO-2"));
  await save(page);
  await emptied(page);
  await page.locator("#saved-undo").click();
  await page.getByText("Taken back. Your answers are still here.").waitFor();
  const entries = (await recorded(page)).entries.filter((e) => e.number === "UNDO-2");
  assert.deepEqual(entries, [{ number: "UNDO-2", undone: true }]);
  const manager = await site.signIn("manager3");
  await manager.goto(`${site.url}/care/caseload`);
  assert.doesNotMatch(await manager.content(), /Wren UNDO-2/);
  await manager.context().close();
});

test("undo while nobody knows whether it arrived: taken back on both sides", { timeout: 60_000 }, async () => {
  let lost = 0;
  site.faults.hook = (r) => { if (outbox(r)) { lost++; return "drop-after"; } };
  await fresh(page);
  await fill(page, notDivert("UNDO-3"));
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await until(page, async () => (await Outbox.waiting())[0]?.tries >= 1);
  await page.locator("#saved-undo").click();
  await page.getByText("It is being taken back.").waitFor();
  assert.ok(lost >= 1);
  site.faults.hook = () => undefined;
  await sendNow(page);
  await emptied(page);
  assert.deepEqual((await recorded(page)).entries.filter((e) => e.number === "UNDO-3"), [{ number: "UNDO-3", undone: true }]);
});

test("another officer's entry on a shared phone goes to its own officer", { timeout: 120_000 }, async () => {
  await offline(page, true);
  await fresh(page);
  await fill(page, notDivert("SHARED-1"));
  await save(page);
  const me = await page.evaluate(() => Outbox.waiting());
  assert.equal(me.length, 1);
  const other = await site.signIn("officer2");
  await other.goto(`${site.url}/police/decide`);
  const [status, said] = await other.evaluate(async ([item]) => {
    const r = await fetch("/police/outbox", { method: "POST", body: new URLSearchParams({ item: item.id, key: item.key, user: item.user, made_at: item.made, sent_at: Date.now(), sealed: item.sealed }) });
    return [r.status, await r.json()];
  }, me);
  assert.equal(status, 202);
  assert.equal(said.why, "other_officer");
  await offline(page, false); // and what its own phone sends after that is the same thing to look at
  await emptied(page);
  assert.ok(!(await recorded(other)).held.includes("SHARED-1"), "somebody else reads it");
  assert.ok((await recorded(page)).held.includes("SHARED-1"));
  await other.context().close();
});

test("a phone whose clock is wrong: both times are kept and shown", { timeout: 60_000 }, async () => {
  const context = page.context();
  const wrong = await context.newPage();
  await wrong.addInitScript(() => {
    const Real = Date, ahead = 3 * 60 * 60 * 1000;
    window.Date = class extends Real {
      constructor(...a) { if (a.length) super(...a); else super(Real.now() + ahead); }
      static now() { return Real.now() + ahead; }
    };
  });
  await wrong.goto(`${site.url}/police/decide`);
  await wrong.locator("#outbox", { hasText: "This phone's clock is 3 hours ahead" }).waitFor();
  await fill(wrong, notDivert("CLOCK-1"));
  await save(wrong);
  await wrong.locator("#saved-words", { hasText: "Sent" }).waitFor();
  await wrong.locator("#saved-open").click();
  assert.match(await wrong.locator("main").innerText(), /The phone's clock was 3 hours ahead/);
  await wrong.close();
  assert.equal(await times("CLOCK-1"), 1);
});

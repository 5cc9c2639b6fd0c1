// People taken along on a phone: opened and logged without signal, forgotten when
// they should be, and never readable by anybody else.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { area, kept, offline, until } from "../officer/officer.mjs";

const PIN = "271828";
let site, page;
before(async () => {
  site = await area();
  page = await site.signIn("manager");
});
after(() => site?.stop());

const open = async (p) => {
  await p.goto(`${site.url}/care/away/people`);
  await p.getByRole("textbox", { name: "PIN" }).fill(PIN);
  await p.getByRole("button", { name: "Open" }).click();
  await p.locator("#away-list").waitFor();
};

// take takes the first people of the caseload along and returns their names.
async function take(p, count, hours = "4") {
  await p.goto(`${site.url}/care/away`);
  const names = [];
  for (let i = 0; i < count; i++) {
    const label = p.locator("label:has(input[name=people])").nth(i);
    names.push((await label.innerText()).trim());
    await label.click();
  }
  await p.locator("label", { hasText: "The next steps of their plan" }).click();
  await p.locator("label", { hasText: "Where they often are" }).click();
  await p.locator(`label:has(input[name=hours][value="${hours}"])`).click();
  await p.getByRole("button", { name: "Put them on this phone" }).click();
  if (p.url().includes("/confirm")) throw new Error("asked for a fresh proof");
  for (const easy of ["111111", "123456", "abcdefg"]) {
    await p.getByLabel("Choose a PIN").fill(easy);
    await p.getByLabel("The PIN again").fill(easy);
    await p.locator("#away-button").click();
    await p.getByText("Anybody would try that PIN first").waitFor();
  }
  await p.getByLabel("Choose a PIN").fill(PIN);
  await p.getByLabel("The PIN again").fill(PIN);
  await p.getByRole("button", { name: "Put them on this phone" }).click();
  await p.waitForURL("**/care/away/people");
  await p.locator("#away-locked").waitFor();
  await until(p, () => Boolean(navigator.serviceWorker.controller));
  return names;
}

const holds = (p) => p.evaluate(async () => (await indexedDB.databases()).some((d) => d.name === "waymark-away"));
const emptied = (p) => until(p, async () => (await Outbox.waiting()).length === 0);
// notes are the contacts on a person's page that say a word.
const notes = (p, name, word) => p.evaluate(async ([name, word]) => {
  const list = await (await fetch("/care/caseload", { cache: "no-store" })).text();
  const link = [...list.matchAll(/<h3><a href="([^"]+)">([^<]+)</g)].find((m) => m[2] === name)[1];
  const text = await (await fetch(link, { cache: "no-store" })).text();
  return text.split(word).length - 1;
}, [name, word]);

let names;
test("three people are taken along, opened and logged without signal: exactly one note", { timeout: 120_000 }, async () => {
  names = await take(page, 3);
  assert.equal(names.length, 3);
  await offline(page, true);
  await page.reload();
  await page.getByRole("heading", { name: "Locked" }).waitFor();
  for (const name of names) assert.ok(!(await page.locator("body").innerText()).includes(name), "a locked page names somebody");
  const began = Date.now();
  await open(page);
  console.log(`opens behind its PIN in ${Date.now() - began} ms`);
  assert.equal(await page.locator("#away-list-rows li").count(), 3);
  await page.getByRole("link", { name: names[0], exact: true }).click();
  assert.match(await page.locator("#away-card").innerText(), /Safe to reach them|Where they often are|Promised|Needed now/);
  await page.locator("#away-card-log").click();
  await page.getByRole("button", { name: "Save on this phone" }).click();
  await page.locator("#away-how").waitFor(); // not saved without saying how
  await page.locator("#log-form label", { hasText: "In person" }).first().click();
  await page.locator("#log-form textarea[name=narrative]").fill("Canarynote by the ferry");
  await page.getByRole("button", { name: "Save on this phone" }).click();
  await page.locator("#away-saved-waits").waitFor();
  assert.equal(await page.locator("#outbox-count").innerText(), "1");

  // What lies on the phone names nobody and tells nothing.
  const all = await kept(page);
  assert.ok(all.includes("sealed"), "the test looks in the wrong place");
  for (const word of [...names, "Canarynote", PIN]) assert.ok(!all.includes(word), `${word} can be read on the phone`);

  // The answer is lost twice; it is one note all the same.
  let lost = 0;
  site.faults.hook = (r) => (r.url === "/care/away/outbox" && lost++ < 2 ? "drop-after" : undefined);
  await offline(page, false);
  for (let i = 0; i < 3; i++) await page.evaluate(() => Outbox.flush());
  await emptied(page);
  site.faults.hook = () => undefined;
  assert.ok(lost >= 2);
  assert.equal(await notes(page, names[0], "Canarynote by the ferry"), 1);
});

test("a new page is locked, and five wrong PINs forget everybody", { timeout: 120_000 }, async () => {
  await offline(page, true);
  await page.goto(`${site.url}/care/away/people`);
  for (let i = 1; i <= 5; i++) {
    await page.getByRole("textbox", { name: "PIN" }).fill("000000");
    await page.getByRole("button", { name: "Open" }).click();
    if (i < 5) await page.locator("#away-left", { hasText: String(5 - i) }).waitFor();
  }
  await page.locator("#away-none").waitFor();
  await until(page, async () => !(await indexedDB.databases()).some((d) => d.name === "waymark-away") || !(await Away.look()));
  await offline(page, false);
});

test("wrong PINs tried all at once are as many as one by one", { timeout: 120_000 }, async () => {
  await take(page, 1);
  await page.evaluate(() => Promise.all(Array.from({ length: 6 }, () => Away.open("000000"))));
  assert.equal(await page.evaluate(() => Away.look().then(Boolean)), false);
});

test("its time is over without signal, and a clock put back gives no more", { timeout: 180_000 }, async () => {
  await take(page, 1, "2");
  await offline(page, true);
  const at = (ms) => page.evaluate((ms) => Away.look(Date.now() + ms).then(Boolean), ms);
  // Seen: from now on the clock was that late, whoever else looks at the same time.
  await page.evaluate((ms) => Promise.all([Away.look(Date.now() + ms), ...Array.from({ length: 20 }, () => Away.look())]), 119 * 60_000);
  await page.reload(); // and the phone's clock is put back to now
  await page.locator("#away-none").waitFor();
  assert.equal(await at(0), false, "a clock put back opened it again");
  await offline(page, false);

  await take(page, 1, "2");
  await offline(page, true);
  assert.equal(await at(121 * 60_000), false);
  await page.reload();
  await page.locator("#away-none").waitFor();
  await offline(page, false);
});

test("the site ends it, also for a phone on which nobody is signed in any more", { timeout: 120_000 }, async () => {
  await take(page, 1);
  await page.evaluate(async () => {
    const lease = await Away.look();
    await fetch(`/care/away/end/${lease.lease}`, { method: "POST", body: new URLSearchParams({ form_key: "e" }) });
  });
  site.faults.hook = (r) => (r.url === "/care/away/standing" ? undefined : "401");
  await page.reload();
  await page.locator("#away-none").waitFor();
  site.faults.hook = () => undefined;
});

test("signing out forgets everybody and keeps what was logged, and somebody else sees nothing", { timeout: 180_000 }, async () => {
  [names] = [await take(page, 2)];
  await open(page);
  await offline(page, true);
  await page.getByRole("link", { name: names[1], exact: true }).click();
  await page.locator("#away-card-log").click();
  await page.locator("#log-form label", { hasText: "By phone" }).first().click();
  await page.locator("#log-form textarea[name=narrative]").fill("Canarylater on the line");
  await page.getByRole("button", { name: "Save on this phone" }).click();
  await page.locator("#away-saved-waits").waitFor();
  site.faults.hook = (r) => (r.url === "/care/away/outbox" ? "drop-before" : undefined);
  await offline(page, false);
  await page.goto(`${site.url}/care/today`);
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.waitForURL("**/sign-in**");
  assert.equal(await holds(page), false, "signing out left people on the phone");
  const all = await kept(page);
  for (const word of [...names, "Canarylater"]) assert.ok(!all.includes(word), `${word} can be read on the phone`);
  site.faults.hook = () => undefined;

  // Another worker on the same phone.
  const again = async (who) => {
    await page.goto(`${site.url}/sign-in`);
    await page.getByLabel("Work email").fill(`${who}@practice.example`);
    await page.getByLabel("Password").fill("let everyone advance");
    await page.getByRole("button", { name: "Continue" }).click();
    await page.getByLabel("Code").fill((await page.locator(".note strong").innerText()).trim());
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.waitForLoadState();
    return !page.url().includes("/sign-in");
  };
  assert.ok(await again("manager2"));
  await page.goto(`${site.url}/care/away/people`);
  await page.locator("#away-none").waitFor();
  await page.evaluate(() => Outbox.flush());
  assert.equal((await page.evaluate(() => Outbox.waiting())).length, 1, "it went through somebody else's session");
  for (const name of names) assert.ok(!(await page.locator("body").innerText()).includes(name));
  await page.goto(`${site.url}/care/today`);
  await page.getByRole("button", { name: "Sign out" }).click();

  // The worker is back: what they logged goes, once.
  let back = false;
  for (let i = 0; i < 3 && !back; i++) {
    if (i) await new Promise((r) => setTimeout(r, 31_000)); // a code counts once
    back = await again("manager");
  }
  assert.ok(back);
  await page.goto(`${site.url}/care/away/people`);
  await page.evaluate(() => Outbox.flush());
  await emptied(page);
  assert.equal(await notes(page, names[1], "Canarylater on the line"), 1);
});

test("the page that a phone keeps is at most 60 KB, everything included", { timeout: 60_000 }, async () => {
  const { gzipSync } = await import("node:zlib");
  const sizes = await page.evaluate(async () => {
    const paths = ["/care/away/shell/people", ...[...document.querySelectorAll("script[src], link[rel=stylesheet]")].map((e) => e.src || e.href)];
    return Promise.all(paths.map(async (p) => [p, await (await fetch(p)).text()]));
  });
  const total = sizes.reduce((sum, [, text]) => sum + gzipSync(text, { level: 9 }).length, 0);
  console.log(`with you: ${total} bytes gzipped`);
  assert.ok(total <= 60 * 1024);
});

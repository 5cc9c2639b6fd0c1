// A case manager's day, counted in taps on a phone, and by keys at a desk.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Taps } from "../officer/officer.mjs";
import { launch, signIn, start } from "../waymark.mjs";

let site, browser, page;
before(async () => {
  site = await start();
  browser = await launch();
  page = await signIn(browser, site.url, "manager", { hasTouch: true });
});
after(async () => {
  await browser?.close();
  await site?.stop();
});

const row = (name) => page.locator(".day > li", { has: page.getByRole("heading", { name }) });

test("work begins with today", async () => {
  await page.goto(`${site.url}/`);
  assert.match(page.url(), /\/care\/today$/);
});

test("a contact is logged in at most 6 taps, no word typed", async () => {
  await page.goto(`${site.url}/care/today`);
  const taps = new Taps(page);
  await taps.on(row("Tern").getByRole("link", { name: "Log a contact" }));
  await taps.tile("In person");
  await taps.tile("Out and about");
  await taps.tile("15 min");
  await taps.tile("Tomorrow");
  await taps.on(page.getByRole("button", { name: "Save" }));
  await page.getByText("Logged with Tern").waitFor();
  console.log(`log a contact: ${taps.count} taps`);
  assert.ok(taps.count <= 6, `${taps.count} taps`);
  assert.equal(await row("Tern").count(), 0, "what was due is done");
});

test("undo: one tap, and everything is as it was", async () => {
  const taps = new Taps(page);
  await taps.on(page.getByRole("button", { name: "Undo" }));
  await row("Tern").waitFor();
  assert.equal(taps.count, 1);
});

test("questions that do not apply stay out of the way, and come back", async () => {
  await row("Kestrel").getByRole("link", { name: "Log a contact" }).click();
  const where = page.getByRole("group", { name: "Where?" });
  assert.ok(await where.isVisible());
  await page.getByText("By phone").click();
  assert.ok(await where.isHidden());
  await page.getByText("In person").click();
  assert.ok(await where.isVisible());
  assert.ok(await page.getByLabel("What did you say?").isHidden());
  await page.getByText("Choose a day").click();
  assert.ok(await page.getByLabel("Which day").isVisible() && await page.getByLabel("What did you say?").isVisible());
});

test("by keys: / finds, j and k walk, l logs", async () => {
  await page.goto(`${site.url}/care/today`);
  await page.keyboard.press("/");
  assert.equal(await page.evaluate(() => document.activeElement.type), "search");
  await page.goto(`${site.url}/care/today`);
  await page.keyboard.press("j");
  await page.keyboard.press("j");
  await page.keyboard.press("k");
  const name = await page.evaluate(() => document.activeElement.textContent);
  await page.keyboard.press("l");
  await page.waitForURL(/\/contact\?from=today/);
  assert.ok((await page.getByRole("heading", { level: 1 }).innerText()).includes(name));
});

test("without scripts the same works", async () => {
  const plain = await signIn(browser, site.url, "manager", { javaScriptEnabled: false });
  await plain.goto(`${site.url}/care/today`);
  await plain.locator(".day > li", { hasText: "Tern" }).getByRole("link", { name: "Log a contact" }).click();
  await plain.getByText("Looked, not found yet").click();
  await plain.getByText("In 3 days").click();
  await plain.getByRole("button", { name: "Save" }).click();
  await plain.getByText("Logged with Tern").waitFor();
});

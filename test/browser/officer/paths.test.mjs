// How many taps each path takes, counted: from opening to the last tap, as in the
// list of the officer's tasks; and the same without a pointer, and without scripts.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { area, ready, Taps, until } from "./officer.mjs";

let site, page;
before(async () => {
  site = await area();
  page = await site.signIn("officer");
  await ready(page, site.url);
});
after(() => site?.stop());

const opened = async () => {
  await page.goto(`${site.url}/police/decide`); // the icon on the home screen: one tap
  const taps = new Taps(page);
  taps.count = 1;
  return taps;
};
const saveButton = () => page.getByRole("button", { name: "Save", exact: true });
const person = async (taps) => {
  await taps.tile("26 to 35");
  await taps.tile("Female");
  await taps.tile("White");
};

test("divert: at most 12 taps, the call included", async () => {
  const taps = await opened();
  await taps.tile("They said yes to talking to someone");
  await taps.tile("Shoplifting");
  await taps.tile("Needs I could see");
  await person(taps);
  await taps.tile("I told them they can say no");
  await taps.tile("Here, now");
  await taps.on(page.getByLabel("What do they like to be called?"));
  await page.keyboard.type("Robin by the lock"); // typing is not counted
  await taps.on(saveButton());
  await page.locator("#saved-words", { hasText: "Your reference is LD-" }).waitFor();
  const call = page.locator("#saved-tel");
  assert.match(await call.getAttribute("href"), /^tel:[\d ]+$/);
  taps.count++; // the call itself leaves the browser
  console.log(`divert: ${taps.count} taps`);
  assert.ok(taps.count <= 12, `${taps.count} taps`);
});

test("not divert: at most 8 taps, nothing typed", async () => {
  const taps = await opened();
  await taps.tile("No name needed");
  await taps.tile("Shoplifting");
  await taps.tile("Risk of harm");
  await person(taps);
  await taps.on(saveButton());
  await page.locator("#saved-words", { hasText: "Your reference is LD-" }).waitFor();
  console.log(`not divert: ${taps.count} taps`);
  assert.ok(taps.count <= 8, `${taps.count} taps`);
});

test("undo: one tap", async () => {
  const taps = new Taps(page);
  await taps.on(page.locator("#saved-undo"));
  await page.getByText("Taken back. Your answers are still here.").waitFor();
  assert.equal(taps.count, 1);
  assert.ok(await page.locator("[name=outcome][value=not_diverted]").isChecked());
});

test("social contact: no more taps than a diversion, and no offence is needed", async () => {
  const taps = await opened();
  await taps.on(page.getByRole("link", { name: "Refer after a social contact" }));
  await page.getByRole("heading", { name: "Social contact" }).waitFor();
  await taps.tile("They said yes to talking to someone");
  await taps.on(page.locator("[name=reason_diverted]").first());
  await person(taps);
  await taps.tile("I told them they can say no");
  await taps.tile("Find them later");
  await taps.on(page.getByLabel("What do they like to be called?"));
  await page.keyboard.type("Robin");
  await taps.on(page.getByLabel("How to find them"));
  await page.keyboard.type("By the lock, mornings");
  await taps.on(saveButton());
  await page.locator("#saved-words", { hasText: "Your reference is LD-" }).waitFor();
  console.log(`social contact: ${taps.count} taps`);
  assert.ok(taps.count <= 12, `${taps.count} taps`);
});

test("an offence that is usually not divertible is advice and no dead end", async () => {
  await page.goto(`${site.url}/police/decide`);
  const taps = new Taps(page);
  await taps.tile("They said yes to talking to someone");
  assert.ok(await page.locator(".advice").isHidden());
  await taps.on(page.getByText("Another offence"));
  const excluded = page.locator(".excluded label").first();
  await page.getByLabel("Find it by a word").fill((await excluded.innerText()).split(/\s/)[0]);
  await taps.on(excluded);
  assert.ok(await page.locator(".advice").isVisible());
  await taps.on(saveButton());
  assert.match(await page.locator("#error-summary").innerText(), /Name who said yes all the same/);
});

test("what is missing is said beside its question, and nothing is lost", async () => {
  await page.goto(`${site.url}/police/decide`);
  const taps = new Taps(page);
  await taps.tile("They said yes to talking to someone");
  await page.getByLabel("What do they like to be called?").fill("Robin");
  await taps.on(saveButton());
  assert.match(await page.title(), /^Error: /);
  assert.equal(await page.evaluate(() => document.activeElement.id), "error-summary");
  assert.equal(await page.getByLabel("What do they like to be called?").inputValue(), "Robin");
  const first = page.locator("#error-summary a").first();
  await first.click();
  assert.ok(await page.evaluate(() => document.activeElement.matches("input")));
});

test("by keyboard alone", async () => {
  await page.goto(`${site.url}/police/decide`);
  await page.waitForFunction(() => document.querySelector("[name=form_key]").value);
  await page.keyboard.press("Tab");
  assert.match(await page.evaluate(() => document.activeElement.textContent), /Skip to content/);
  const to = async (name) => {
    for (let i = 0; i < 120; i++) {
      await page.keyboard.press("Tab");
      if (await page.evaluate((n) => document.activeElement.name === n || document.activeElement.textContent === n, name)) return;
    }
    assert.fail(`the keyboard does not reach ${name}`);
  };
  await to("outcome");
  await page.keyboard.press("Space");
  await page.keyboard.press("ArrowDown"); // not divert
  await to("offence");
  await page.keyboard.press("Space");
  await to("reason_not_diverted");
  await page.keyboard.press("Space");
  for (const name of ["age_band", "sex", "ethnic_group"]) {
    await to(name);
    await page.keyboard.press("Space");
    await page.keyboard.press("ArrowDown");
  }
  await to("Save");
  const outline = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
  assert.notEqual(outline, "none", "where the keyboard is cannot be seen");
  await page.keyboard.press("Enter");
  await page.locator("#saved-words", { hasText: "Your reference is LD-" }).waitFor();
  assert.equal(await page.evaluate(() => document.activeElement.id), "title", "whoever cannot see does not hear that it is saved");
});

test("the script can be shown large in their language, from right to left where it is written so, and the answers stay", async () => {
  await page.goto(`${site.url}/police/decide`);
  const taps = new Taps(page);
  await taps.tile("They said yes to talking to someone");
  const [card] = await Promise.all([page.waitForEvent("popup"), taps.on(page.locator("#question").getByRole("link", { name: "In another language" }))]);
  await card.waitForLoadState();
  for (const lang of ["en", "cy", "pl", "ro", "ar"]) assert.ok(await card.locator(`section[lang=${lang}] .large`).first().isVisible());
  assert.equal(await card.locator("section[lang=ar]").getAttribute("dir"), "rtl");
  await card.close();
  assert.ok(await page.locator("[name=outcome][value=diverted]").isChecked());
});

test("without scripts the whole way works while there is signal", async () => {
  const plain = await site.signIn("officer2", { javaScriptEnabled: false });
  await plain.goto(`${site.url}/police/decide`);
  await plain.getByRole("button", { name: "Save", exact: true }).click();
  assert.ok((await plain.locator("#error-summary a").count()) >= 4);
  const taps = new Taps(plain);
  await taps.tile("No name needed");
  await taps.tile("Shoplifting");
  await taps.tile("Risk of harm");
  await taps.tile("26 to 35");
  await taps.tile("Female");
  await taps.tile("I did not ask");
  await plain.getByRole("button", { name: "Save", exact: true }).click();
  assert.match(await plain.locator("main").innerText(), /Saved\. Your reference is LD-/);
  await plain.getByRole("button", { name: "Undo" }).click();
  assert.match(await plain.locator("main").innerText(), /Taken back/);
  await plain.context().close();
});

test("it can be put on the home screen", async () => {
  await page.goto(`${site.url}/police/decide`);
  const cdp = await page.context().newCDPSession(page);
  const { errors, data, url } = await cdp.send("Page.getAppManifest");
  assert.deepEqual(errors, []);
  const manifest = JSON.parse(data);
  assert.equal(manifest.start_url, "/police/decide");
  for (const icon of manifest.icons) {
    const size = await page.evaluate(async (src) => { const i = await createImageBitmap(await (await fetch(src)).blob()); return `${i.width}x${i.height}`; }, icon.src);
    assert.equal(size, icon.sizes);
  }
  assert.match(url, /officer\.webmanifest/);
  await until(page, async () => Boolean((await navigator.serviceWorker.getRegistration())?.active));
  const { installabilityErrors } = await cdp.send("Page.getInstallabilityErrors");
  assert.deepEqual(installabilityErrors.filter((e) => e.errorId !== "in-incognito"), []);
});

// The whole story in two browsers: an officer meets a person at night; an hour
// later a case manager sits with them; weeks later they agree a plan; one day
// they ask to close, and come back. Once with scripts, once without.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { body, launch, signIn, start } from "../waymark.mjs";

let site, browser;
before(async () => {
  site = await start();
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await site?.stop();
});

const choose = (page, text) => page.locator("label").filter({ hasText: text }).first().click();

for (const [mode, people] of [["with scripts", ["officer", "manager", "supervisor"]], ["without scripts", ["officer2", "oncall", "supervisor"]]]) {
  test(`from the street to support, ${mode}`, { timeout: 180_000 }, async () => {
    const options = { javaScriptEnabled: mode === "with scripts" };
    const name = mode === "with scripts" ? "Robin Goodfellow" : "Rowan Quiet";
    const officer = await signIn(browser, site.url, people[0], options);
    const manager = await signIn(browser, site.url, people[1], options);

    // 1. The officer decides, forgets something, is told, and nothing is lost.
    await officer.goto(`${site.url}/police/decide`);
    await choose(officer, "They said yes to talking");
    await choose(officer, "Shoplifting");
    await officer.locator("summary", { hasText: "When, where" }).click();
    await officer.getByLabel("Where", { exact: true }).fill("Clock tower");
    await officer.getByLabel("What do they like to be called?").fill(name);
    await officer.getByRole("button", { name: "Save" }).click();
    assert.match(await officer.title(), /^Error: /);
    assert.equal(await officer.getByLabel("What do they like to be called?").inputValue(), name);
    assert.ok(await officer.locator(".summary a").count() >= 4);
    await choose(officer, "Needs I could see");
    await officer.locator("fieldset", { hasText: "Your best guess" }).getByText("26 to 35").click();
    await officer.locator("fieldset", { hasText: "Not Known / Not Recorded" }).getByText("Female").click();
    await choose(officer, "They said no to the question");
    await choose(officer, "I told them they can say no");
    await choose(officer, "Here, now");
    await choose(officer, "Yes, they are fine with that");
    await officer.getByRole("button", { name: "Save" }).click();
    await officer.getByText(/Your reference is LD-[A-Z0-9]{6}/).waitFor();
    if (options.javaScriptEnabled) await officer.getByRole("link", { name: /^Open LD-/ }).click();
    assert.match(await body(officer), /Not met yet/);
    const entry = officer.url().replace(/\?.*/, "");
    await officer.getByRole("button", { name: "I called", exact: true }).click();

    // 2. The case manager accepts, arrives and meets; the officer hears one word.
    await manager.goto(`${site.url}/care/hand-offs`);
    await manager.getByRole("link", { name, exact: true }).click();
    assert.doesNotMatch(await body(manager), /Shoplifting|Robin Hale|Dana Wells/);
    await manager.getByRole("button", { name: "I will come" }).click();
    for (const what of ["Arrived", "Met"]) {
      await manager.locator("fieldset", { hasText: "What happened?" }).getByText(what, { exact: true }).click();
      await manager.getByRole("button", { name: "Save" }).click();
    }
    await officer.goto(entry);
    assert.match(await body(officer), /Met on/);
    await manager.getByRole("link", { name: `Open ${name}'s page` }).click();
    const person = manager.url();

    // 3. Acute needs come before any form.
    await manager.getByRole("link", { name: "Something needed now" }).click();
    await choose(manager, "Somewhere tonight");
    await choose(manager, "Yes, it is met");
    await manager.getByLabel("How", { exact: true }).fill("A room at the night shelter");
    await manager.getByRole("button", { name: "Save" }).click();
    assert.match(await body(manager), /A room at the night shelter/);

    // 4. First check, then intake with consent.
    await manager.getByRole("link", { name: "First check" }).click();
    for (const q of ["Somewhere safe tonight?", "Eaten today?", "A phone that works?"]) await manager.locator("fieldset", { hasText: q }).getByText("Yes").click();
    await manager.getByRole("button", { name: "Save" }).click();
    await manager.getByRole("link", { name: "Intake", exact: true }).click();
    await manager.getByLabel("What matters to them").fill("A door that locks");
    await manager.getByRole("button", { name: "Save and come back" }).click();
    await manager.getByRole("link", { name: "Intake", exact: true }).click();
    assert.equal(await manager.getByLabel("What matters to them").inputValue(), "A door that locks");
    await choose(manager, "Yes, they said so");
    await manager.getByLabel("Who else heard it?").fill("A volunteer");
    await manager.getByRole("button", { name: "Intake is done" }).click();
    assert.match(await body(manager), /Active/);

    // 5. Needs, a plan in their words, and their yes.
    await manager.goto(`${person}/needs/talk`);
    await manager.locator("summary", { hasText: "Housing" }).click();
    await manager.locator("#level_housing-hard, [name=level_housing][value=hard]").first().check();
    await manager.getByRole("button", { name: "Save" }).click();
    assert.match(await body(manager), /Hard/);
    await manager.goto(`${person}/plan`);
    await manager.getByRole("link", { name: "Start a plan" }).click();
    await manager.getByLabel("What matters to me").fill("A kettle of my own");
    await manager.locator("#goal_1").fill("Get a room where I can shut the door");
    await manager.locator("#step_1_1").fill("Look at two rooms together");
    await manager.locator("#who_1_1").fill("me and my worker");
    await manager.getByRole("button", { name: "Save the draft" }).click();
    assert.match(await body(manager), /Draft, not agreed yet/);
    await manager.getByRole("link", { name: `${name} agrees` }).click();
    await choose(manager, "They said so");
    await manager.getByRole("button", { name: `${name} agrees` }).click();
    assert.match(await body(manager), /Plan agreed/);

    // 6. A contact, sent twice by a double click: one note.
    await manager.goto(`${person}/contact`);
    await choose(manager, "In person");
    await manager.getByLabel("How it went").fill("Went to see a room together.");
    await manager.getByRole("button", { name: "Save" }).dblclick();
    await manager.waitForURL(person);
    assert.equal((await body(manager)).split("Went to see a room together.").length - 1, 1);

    // 7. A supervisor finds who walks with them from here on; in this story the
    // one who came asks to stay, when they hold a caseload at all.
    const supervisor = await signIn(browser, site.url, people[2], options);
    await supervisor.goto(`${person}/allocate`);
    await choose(supervisor, mode === "with scripts" ? "Asha Fern" : "Mina Vale");
    await supervisor.getByRole("button", { name: "Allocate" }).click();
    assert.match(await body(supervisor), /Case managers/);

    // 8. One day they ask to close, and come back in one step. Whoever walks with
    // them writes it down.
    const walker = mode === "with scripts" ? manager : await signIn(browser, site.url, "manager3", options);
    await walker.goto(person);
    await walker.getByRole("link", { name: `${name} asks to close` }).click();
    await walker.getByRole("button", { name: /Close, as/ }).click();
    assert.match(await body(walker), /in their words: a case closes only because they asked/);
    await choose(walker, "In person");
    await walker.getByLabel("What they said").fill("I know where you are.");
    await walker.getByRole("button", { name: /Close, as/ }).click();
    assert.match(await body(walker), /Closed because/);
    await walker.getByRole("button", { name: `${name} came back` }).click();
    assert.match(await body(walker), /Active/);

    // The officer still knows one thing.
    await officer.goto(entry);
    const seen = await body(officer);
    assert.match(seen, /Met on/);
    assert.doesNotMatch(seen, /kettle|room|shelter|intake completed|plan|closed/i);
  });
}

test("an auditor sees who did what and nothing of what was written", { timeout: 60_000 }, async () => {
  const auditor = await signIn(browser, site.url, "auditor", { viewport: { width: 1280, height: 900 } });
  await auditor.goto(`${site.url}/audit?act=plan.agree`);
  const seen = await body(auditor);
  assert.match(seen, /plan\.agree/);
  assert.doesNotMatch(seen, /kettle/);
});

test("the keyboard is enough to record that nobody was diverted", { timeout: 60_000 }, async () => {
  const page = await signIn(browser, site.url, "sergeant");
  await page.goto(`${site.url}/police/decide`);
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.textContent), "Skip to content");
  await page.focus("#outcome");
  await page.keyboard.press("Space");
  await page.keyboard.press("ArrowDown");
  assert.ok(await page.locator("[name=outcome][value=not_diverted]").isChecked());
  await page.locator("#offence").press("Space");
  await page.locator("#reason_not_diverted").press("Space");
  await page.locator("#age_band").press("Space");
  await page.keyboard.press("ArrowDown");
  await page.locator("#sex").press("Space");
  await page.locator("#ethnic_group").press("Space");
  await page.getByRole("button", { name: "Save", exact: true }).press("Enter");
  await page.getByText(/Your reference is LD-/).waitFor();
});

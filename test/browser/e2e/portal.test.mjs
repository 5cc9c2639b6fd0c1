// A person's own page on a phone, without scripts: a code given in person, the
// plan, a stop in three taps, a break, the way out; then the same pages on paper.
import assert from "node:assert/strict";
import http from "node:http";
import { after, before, test } from "node:test";
import { body, launch, signIn, start } from "../waymark.mjs";

let site, browser, manager, person, weather, neutral;
before(async () => {
  // Somewhere that says nothing, in place of the real weather.
  weather = http.createServer((_, response) => response.writeHead(200, { "Content-Type": "text/html" }).end("<title>Weather</title>"));
  await new Promise((ready) => weather.listen(0, "127.0.0.1", ready));
  neutral = `http://127.0.0.1:${weather.address().port}/weather`;
  site = await start("--leave-to", neutral);
  browser = await launch();
  manager = await signIn(browser, site.url, "manager");
  await manager.goto(`${site.url}/care/caseload`);
  await manager.getByRole("link", { name: "Kestrel", exact: true }).click();
  person = manager.url();
});
after(async () => {
  await browser?.close();
  await site?.stop();
  weather?.close();
});

// code has the case manager make one, and reads it off their screen.
async function code() {
  await manager.goto(`${person}/code`);
  await manager.getByRole("button", { name: /^Make a/ }).click();
  return (await manager.locator(".code-large").innerText()).trim();
}

// open types a code on a phone.
async function open(options) {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, ...options });
  const page = await context.newPage();
  await page.goto(`${site.url}/me`);
  await page.getByLabel("Your code").fill((await code()).toLowerCase().replaceAll("-", " "));
  await page.getByRole("button", { name: "Open" }).click();
  await page.getByRole("heading", { name: "Hello, Kestrel" }).waitFor();
  return page;
}

test("a phone without scripts", { timeout: 180_000 }, async () => {
  const page = await open({ javaScriptEnabled: false });
  assert.equal(await page.title(), "My page");
  await page.getByRole("link", { name: /^My plan What I want/ }).click();
  assert.match(await body(page), /A kettle of my own/);
  await page.getByRole("link", { name: "My page" }).click();

  // Three taps: the page, "Stop", "Yes, stop".
  await page.getByRole("link", { name: "Who may know what" }).click();
  await page.getByRole("link", { name: "Stop telling Lantern Housing" }).click();
  assert.match(await body(page), /They will not hear anything new\.[^]*we will ask them/);
  await page.getByRole("button", { name: "Yes, stop" }).click();
  assert.match(await body(page), /It has stopped/);
  assert.equal(await page.getByRole("heading", { name: "Lantern Housing may know:" }).count(), 0);
  await manager.goto(`${person}/sharing`);
  assert.equal(await manager.getByText("Lantern Housing may know").count(), 0);

  // Who has looked, and a question about it; a mistake keeps what was typed.
  await page.goto(`${site.url}/me/looked`);
  assert.match(await body(page), /Asha Fern, Harbour Support[^]*Why: To help you/);
  await page.getByRole("link", { name: /^Ask about this/ }).first().click();
  await page.getByRole("button", { name: "Send" }).click();
  assert.match(await page.title(), /^Error: My page$/);
  await page.getByLabel("What do you want to know?").fill("Why did you look?");
  await page.getByRole("button", { name: "Send" }).click();
  assert.match(await body(page), /We have it\.[^]*Why did you look\?/);

  // A break and back again; the case manager reads it at once.
  await page.goto(`${site.url}/me/support`);
  await page.getByRole("link", { name: "Have a break" }).click();
  await page.getByLabel("Do you want to say why?").fill("My sister is here this week");
  await page.getByRole("button", { name: "Yes, I want a break" }).click();
  assert.match(await body(page), /on a break, as you asked/);
  await manager.goto(person);
  assert.match(await manager.locator("main").innerText(), /My sister is here this week/);
  await page.goto(`${site.url}/me/support/carry-on`);
  await page.getByRole("button", { name: "Yes, I want to go on" }).click();

  // The way out is a plain link; the page is closed behind it.
  await page.getByRole("link", { name: "Leave now" }).click();
  assert.equal(page.url(), neutral);
  await page.goto(`${site.url}/me/plan`);
  assert.match(page.url(), /\/me\/start$/);
});

test("with scripts the way out takes the page's place, and Escape three times is the way out", { timeout: 180_000 }, async () => {
  const page = await open({});
  await page.goto(`${site.url}/me/plan`);
  for (let i = 0; i < 3; i++) await page.keyboard.press("Escape");
  await page.waitForURL(neutral);
  await page.goBack();
  assert.doesNotMatch(page.url(), /plan/);
});

// pages counts the sheets of a printed page.
const pages = (pdf) => (pdf.toString("latin1").match(/\/Type\s*\/Page\b/g) ?? []).length;

test("every page prints on one clean sheet", { timeout: 180_000 }, async () => {
  const page = await open({});
  for (const path of ["", "/plan", "/sharing", "/looked", "/ask", "/ask/copy", "/sent", "/support", "/support/stop"]) {
    await page.goto(`${site.url}/me${path}`);
    await page.emulateMedia({ media: "print" });
    for (const chrome of [".top", ".practice", ".leave", ".btn", ".skip"]) {
      for (const e of await page.locator(chrome).all()) assert.equal(await e.isVisible(), false, `/me${path} prints ${chrome}`);
    }
    const sheets = pages(await page.pdf({ format: "A4" }));
    assert.ok(sheets === 1, `/me${path} takes ${sheets} sheets`);
    await page.emulateMedia({ media: "screen" });
  }
  // The case manager's print: one sheet for each page, and nothing around it.
  await manager.goto(`${person}/paper`);
  await manager.emulateMedia({ media: "print" });
  assert.equal(await manager.getByText("The same pages that").isVisible(), false);
  assert.equal(pages(await manager.pdf({ format: "A4", margin: { top: "14mm", bottom: "14mm", left: "14mm", right: "14mm" } })), 4);
});

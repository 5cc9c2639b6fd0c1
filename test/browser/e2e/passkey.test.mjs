// Passkeys in a real browser with a virtual authenticator: add one, sign in with
// it, prove once more that it is you, meet a copy, and lose the phone.
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

// authenticator puts a phone's own authenticator into a page's browser.
async function authenticator(page, options = {}) {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("WebAuthn.enable");
  const { authenticatorId } = await cdp.send("WebAuthn.addVirtualAuthenticator", {
    options: { protocol: "ctap2", transport: "internal", hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true, ...options },
  });
  return { cdp, authenticatorId };
}

async function add(page, name) {
  await page.goto(`${site.url}/account/passkeys/new`);
  await page.getByLabel("A name for it").fill(name);
  await page.getByRole("button", { name: "Make the passkey" }).click();
  await page.waitForURL(`${site.url}/account`);
}

async function out(page) {
  await page.goto(`${site.url}/account`);
  await page.getByRole("button", { name: "Sign out", exact: true }).first().click();
  await page.waitForURL(/sign-in/);
}

test("a passkey is added, opens, is counted, and a copy of it opens nothing", { timeout: 120_000 }, async () => {
  const page = await signIn(browser, site.url, "manager");
  const { cdp, authenticatorId } = await authenticator(page);
  await add(page, "Work phone");
  assert.match(await body(page), /Work phone[^]*Not used yet/);

  // The same device is not asked for a second one.
  await page.goto(`${site.url}/account/passkeys/new`);
  await page.getByLabel("A name for it").fill("Again");
  await page.getByRole("button", { name: "Make the passkey" }).click();
  await page.getByText("already holds a passkey").waitFor();

  await out(page);
  await page.getByRole("button", { name: "Sign in with a passkey" }).click();
  await page.waitForURL(/account\/notices/); // it is told that a key was added
  assert.match(await body(page), /A passkey was added to your account: Work phone/);
  await page.getByRole("button", { name: "I have read this" }).click();
  await page.waitForURL(/care\/today/);
  await page.goto(`${site.url}/account`);
  assert.match(await body(page), /Work phone[^]*Last used/);

  // A copy made now, used after the original went on.
  const { credentials } = await cdp.send("WebAuthn.getCredentials", { authenticatorId });
  assert.equal(credentials.length, 1);
  await out(page);
  await page.getByRole("button", { name: "Sign in with a passkey" }).click();
  await page.waitForURL(/care\/today/);
  const thief = await (await browser.newContext()).newPage();
  await thief.goto(`${site.url}/sign-in`);
  const copy = await authenticator(thief);
  await copy.cdp.send("WebAuthn.addCredential", { authenticatorId: copy.authenticatorId, credential: { ...credentials[0], signCount: 0 } });
  await thief.getByRole("button", { name: "Sign in with a passkey" }).click();
  await thief.getByText("That passkey did not work here").first().waitFor();
  await page.goto(`${site.url}/account`);
  assert.match(await body(page), /Work phone\s*Suspended/);
});

test("without finger, face or PIN, and with nothing to use, nobody is let in", { timeout: 60_000 }, async () => {
  const page = await signIn(browser, site.url, "manager2");
  const { cdp, authenticatorId } = await authenticator(page);
  await add(page, "Tablet");
  await out(page);
  await cdp.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified: false });
  await page.getByRole("button", { name: "Sign in with a passkey" }).click();
  await page.getByText("Nothing was confirmed").waitFor();
  await cdp.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified: true });
  await page.getByRole("button", { name: "Sign in with a passkey" }).click(); // the button still works
  await page.waitForURL(/account\/notices/);
});

test("a lost phone is out at its next request, and its key opens nothing", { timeout: 60_000 }, async () => {
  const phone = await signIn(browser, site.url, "manager3");
  await authenticator(phone);
  await add(phone, "Phone");
  const boss = await signIn(browser, site.url, "supervisor");
  await boss.goto(`${site.url}/team/devices`);
  await boss.getByRole("button", { name: /Lost device of Mina Vale/ }).click();
  await boss.getByText("Waits for a new enrolment").waitFor();
  await phone.goto(`${site.url}/care/caseload`);
  assert.match(phone.url(), /sign-in/);
  await phone.getByRole("button", { name: "Sign in with a passkey" }).click();
  await phone.getByText("That passkey did not work here").first().waitFor();
});

test("an account opened by an administrator is enrolled with a code, and signs in with the key alone", { timeout: 60_000 }, async () => {
  const admin = await signIn(browser, site.url, "administrator", { viewport: { width: 1280, height: 900 } });
  await admin.goto(`${site.url}/accounts/new`);
  await admin.getByLabel("Name", { exact: true }).fill("Nell New");
  await admin.getByLabel("Work email").fill("nell@practice.example");
  await admin.getByLabel("Organisation", { exact: true }).selectOption({ label: "Harbour Support" });
  await admin.getByLabel("Team", { exact: true }).fill("Harbour support team");
  await admin.locator("label").filter({ hasText: /^Case manager/ }).click();
  await admin.getByRole("button", { name: "Open the account" }).click();
  const code = (await admin.locator("code").innerText()).trim();
  const page = await (await browser.newContext({ viewport: { width: 390, height: 844 } })).newPage();
  await authenticator(page);
  await page.goto(`${site.url}/sign-in`);
  await page.getByRole("link", { name: /enrolment code/ }).click();
  await page.getByLabel("Enrolment code").fill(code.toLowerCase());
  await page.getByRole("button", { name: "Continue" }).click();
  await page.getByLabel("A name for it").fill("My phone");
  await page.getByRole("button", { name: "Make the passkey" }).click();
  await page.waitForURL(/care\/today/);
  await out(page);
  await page.getByRole("button", { name: "Sign in with a passkey" }).click();
  await page.waitForURL(/care\/today/);
});

// Starts the built program's practice area and signs people in, for tests and
// screenshots in a real browser.
import { spawn } from "node:child_process";
import readline from "node:readline";
import { chromium } from "playwright-core";

// start returns the practice area's address and how to stop it; more are
// options of waymark demo, of which tests take the small one.
export async function start(...more) {
  const child = spawn(process.env.WAYMARK_BIN, ["demo", "--small", "--listen", "127.0.0.1:0", ...more], { stdio: ["ignore", "pipe", "inherit"] });
  const lines = readline.createInterface({ input: child.stdout });
  for await (const line of lines) {
    const ready = line.match(/ready at (http:\S+)/);
    if (ready) {
      child.stdout.resume();
      return { url: ready[1], stop: () => new Promise((done) => { child.once("exit", done); child.kill("SIGTERM"); }) };
    }
  }
  throw new Error("the practice area did not start");
}

export const launch = () => chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });

// signIn returns a page of a fresh browser, signed in by hand as local@practice.example.
export async function signIn(browser, url, local, options = {}) {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, ...options });
  const page = await context.newPage();
  await page.goto(`${url}/sign-in`);
  for (let tries = 0; tries < 3; tries++) {
    if (await page.getByLabel("Work email").count()) {
      await page.getByLabel("Work email").fill(`${local}@practice.example`);
      await page.getByLabel("Password").fill("let everyone advance");
      await page.getByRole("button", { name: "Continue" }).click();
    }
    await page.getByLabel("Code").fill((await page.locator(".note strong").innerText()).trim());
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.waitForLoadState();
    if (!page.url().includes("/sign-in")) return page;
    // A code counts once, and this account's was just used: wait for the next.
    await new Promise((r) => setTimeout(r, 31_000));
    await page.goto(`${url}/sign-in`);
  }
  throw new Error(`could not sign in as ${local}`);
}

// body is what a page says once the whole of it is there: a click comes back
// when the next page has begun.
export async function body(page) {
  await page.waitForLoadState();
  return page.locator("main").innerText();
}

// What the tests of the officer's phone have in common.
import { execFile } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { between } from "../proxy.mjs";
import { launch, signIn, start } from "../waymark.mjs";

// area starts a practice area behind a network that hook can break. Its folder
// is known, so that its keys can be changed while it runs.
export async function area() {
  const folder = await mkdtemp(join(tmpdir(), "waymark-e2e-"));
  process.env.TMPDIR = folder;
  const site = await start();
  const faults = { hook: () => undefined };
  const net = await between(site.url, (request, body) => faults.hook(request, body));
  const browser = await launch();
  return {
    url: net.url, direct: site.url, browser, faults,
    signIn: (who, options) => signIn(browser, net.url, who, options),
    rotate: async () => {
      const [data] = (await readdir(folder)).filter((f) => f.startsWith("waymark-practice-"));
      await promisify(execFile)(process.env.WAYMARK_BIN, ["keys", "rotate", "--wrap-only", "--slot", "--data", join(folder, data)]);
    },
    stop: async () => {
      await browser.close();
      net.stop();
      await site.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

// ready opens Decide and waits until the phone can do without signal.
// What it keeps is compared with what the site said it would be, so a page that
// changes just then, as when somebody records, is fetched at the next visit.
export async function ready(page, url) {
  for (let visit = 0; visit < 6; visit++) {
    await page.goto(`${url}/police/decide`);
    const able = await page.evaluate(async () => {
      const end = Date.now() + 20_000;
      const holds = async (what) => {
        while (Date.now() < end) {
          if (await what()) return true;
          await new Promise((r) => setTimeout(r, 50));
        }
        return false;
      };
      return (await holds(async () => (await navigator.serviceWorker.getRegistration())?.active)) && (await holds(() => Outbox.fact("me"))) && holds(() => navigator.serviceWorker.controller);
    });
    if (able) return;
  }
  throw new Error("the phone cannot do without signal");
}

// Taps counts what a thumb does: each tap on the screen, whatever it is on.
export class Taps {
  constructor(page) {
    this.page = page;
    this.count = 0;
  }
  async on(locator) {
    await locator.scrollIntoViewIfNeeded(); // scrolling is no tap
    await locator.click();
    this.count++;
  }
  tile(text) {
    return this.on(this.page.locator("label:visible").filter({ hasText: text }).first());
  }
}

// offline and online switch the phone's signal, and say so to its page.
export async function offline(page, off) {
  await page.context().setOffline(off);
}

// Everything that the phone keeps, as one text to search in.
export const kept = (page) => page.evaluate(async () => {
  const out = [];
  for (const { name } of await indexedDB.databases()) {
    const db = await new Promise((done) => { const r = indexedDB.open(name); r.onsuccess = () => done(r.result); });
    for (const store of db.objectStoreNames) {
      out.push(JSON.stringify(await new Promise((done) => { const r = db.transaction(store).objectStore(store).getAll(); r.onsuccess = () => done(r.result); })));
    }
    db.close();
  }
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) out.push(request.url, await (await cache.match(request)).text());
  }
  out.push(JSON.stringify({ ...localStorage }), JSON.stringify({ ...sessionStorage }), document.cookie);
  return out.join("\n");
});

// The force's own record numbers of everything that the site has recorded for
// whoever is signed in, and of all that waits for a second look.
export async function recorded(page) {
  const read = (paths) => page.evaluate((paths) => Promise.all(paths.map(async (p) => (await fetch(p, { cache: "no-store" })).text())), paths);
  const rows = (text) => [...text.matchAll(/<h3><a href="([^"]+)"/g)].map((m) => m[1]);
  const entries = [], held = [];
  for (let path = "/police/contacts"; path; ) {
    const [list] = await read([path]);
    for (const text of await read(rows(list))) {
      const number = text.match(/Record ([A-Z0-9-]+)/);
      if (number) entries.push({ number: number[1], undone: text.includes("Taken back.") });
    }
    path = list.match(/class="more"><a class="btn" href="([^"]+)"/)?.[1];
  }
  const [list] = await read(["/police/review"]);
  const why = [...list.matchAll(/<h3><a href="[^"]+">([^<]+)/g)].map((m) => m[1]);
  for (const text of await read(rows(list))) held.push(text.match(/name="force_reference" value="([^"]*)"/)[1]);
  return { entries, held, why };
}

// fill answers the whole form at once, as fast as a script can.
export const fill = (page, answers) => page.evaluate((answers) => {
  const form = document.querySelector("form.decide");
  for (const [name, value] of Object.entries(answers)) {
    for (const input of form.querySelectorAll(`[name="${name}"]`)) {
      if (input.type === "radio" || input.type === "checkbox") input.checked = [value].flat().includes(input.value);
      else input.value = value;
    }
  }
}, answers);

export const notDivert = (number) => ({
  outcome: "not_diverted", offence: "46", reason_not_diverted: "risk_of_harm", age_band: "26_35", sex: "F", ethnic_group: "not_asked", force_reference: number,
});
export const divert = (number) => ({
  ...notDivert(number), outcome: "diverted", reason_diverted: "needs_seen", voluntary: "yes", meeting: "here_now", nickname: `Wren ${number}`,
});

// until waits for something on the page to come true, whose asking takes a while.
export async function until(page, ask, about) {
  for (let i = 0; i < 300; i++) {
    if (await page.evaluate(ask, about)) return;
    await new Promise((r) => setTimeout(r, 100));
  }
  throw new Error(`it never came true: ${ask}`);
}

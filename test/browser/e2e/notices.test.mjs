// A browser is added to where notices go, and shows the one sentence.
import assert from "node:assert/strict";
import { test } from "node:test";
import { launch, signIn, start } from "../waymark.mjs";

// A push service is out of reach of a test: the browser is given a place as one
// would give it. The worker, its scope and the policy of the page are real.
function subscribed() {
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0)).buffer;
  const keys = { p256dh: bytes("BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"), auth: bytes("BTBZMqHH6r4Tts7J_aSIgg") };
  PushManager.prototype.getSubscription = async () => null;
  PushManager.prototype.subscribe = async (options) => {
    window.askedWith = options.applicationServerKey.length;
    return { endpoint: "https://push.example.org/of-this-browser", getKey: (name) => keys[name] };
  };
  Notification.requestPermission = async () => "granted";
}

test("a browser is added, and what it shows says nothing", async () => {
  const area = await start();
  const browser = await launch();
  try {
    const page = await signIn(browser, area.url, "oncall");
    const wrong = [];
    page.on("pageerror", (error) => wrong.push(error.message));
    page.on("console", (message) => { if (message.type() === "error") wrong.push(message.text()); });
    await page.context().grantPermissions(["notifications"], { origin: area.url });
    await page.addInitScript(subscribed);
    await page.goto(`${area.url}/account/notices-to-me`);
    await page.getByRole("button", { name: "Add this browser" }).click();
    await page.getByRole("button", { name: /^Remove/ }).waitFor({ timeout: 15_000 });
    assert.deepEqual(wrong, []);
    const worker = await page.evaluate(async () => {
      const all = await navigator.serviceWorker.getRegistrations();
      return all.map((r) => ({ scope: new URL(r.scope).pathname, script: new URL(r.active.scriptURL).pathname }));
    });
    assert.deepEqual(worker, [{ scope: "/account/notices-to-me", script: "/notify-worker.js" }]);

    const cdp = await page.context().newCDPSession(page);
    const known = new Promise((done) => cdp.on("ServiceWorker.workerRegistrationUpdated", ({ registrations }) => { if (registrations.length) done(registrations[0].registrationId); }));
    await cdp.send("ServiceWorker.enable");
    await cdp.send("ServiceWorker.deliverPushMessage", { origin: area.url, registrationId: await known, data: "Kestrel is at Fish Quay" });
    let shown = [];
    for (let i = 0; i < 50 && !shown.length; i += 1) {
      shown = await page.evaluate(async () => {
        const [r] = await navigator.serviceWorker.getRegistrations();
        return (await r.getNotifications()).map((n) => `${n.title}: ${n.body}`);
      });
      await new Promise((r) => setTimeout(r, 100));
    }
    assert.deepEqual(shown, ["Waymark: Something waits for you"]);
  } finally {
    await browser.close();
    await area.stop();
  }
});

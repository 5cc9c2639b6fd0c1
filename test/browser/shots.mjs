// Screenshots of the main pages, phone and desktop, into docs/screens.
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { launch, signIn, start } from "./waymark.mjs";

const out = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../../docs/screens");
fs.mkdirSync(out, { recursive: true });
const site = await start();
const browser = await launch();
const desktop = { viewport: { width: 1280, height: 860 } };
try {
  const shoot = (page, name, full = false) => page.screenshot({ path: path.join(out, `${name}.png`), fullPage: full });
  const officer = await signIn(browser, site.url, "officer");
  await officer.goto(`${site.url}/police/decide`);
  await officer.locator("[name=outcome][value=diverted]").check();
  await shoot(officer, "decide-phone");
  const manager = await signIn(browser, site.url, "manager", desktop);
  await shoot(manager, "caseload");
  await manager.getByRole("link", { name: "Kestrel" }).click();
  await shoot(manager, "person");
  await manager.getByRole("link", { name: "Plan", exact: true }).click();
  await shoot(manager, "plan");
  await manager.goto(`${site.url}/care/hand-offs`);
  await manager.getByRole("link", { name: "Jay", exact: true }).click();
  await manager.setViewportSize({ width: 390, height: 844 });
  await shoot(manager, "hand-off-phone");
  const supervisor = await signIn(browser, site.url, "supervisor", { ...desktop, colorScheme: "dark" });
  await supervisor.goto(`${site.url}/care/board`);
  await shoot(supervisor, "who-has-room-dark");
  const auditor = await signIn(browser, site.url, "auditor", desktop);
  await shoot(auditor, "log");
} finally {
  await browser.close();
  await site.stop();
}

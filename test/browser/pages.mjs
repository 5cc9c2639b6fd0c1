// Checks rendered pages the way people meet them: valid HTML, no accessibility
// violation, no sideways scroll, targets big enough for a thumb, nothing the
// content-security policy refuses; light and dark, narrow and wide.
//
//   node pages.mjs DIR [--only TEXT] [--screenshots OUT]
//   node pages.mjs DIR --narrow     the HTML, and what 320 px do to it: for words in another language
//   node pages.mjs DIR --all        every rule, light and dark, narrow and wide
//   node pages.mjs --self-test      proves that the checks can fail
import fs from "node:fs";
import http from "node:http";
import path from "node:path";
import { fileURLToPath } from "node:url";
import axe from "axe-core";
import { FileSystemConfigLoader, HtmlValidate } from "html-validate";
import { chromium } from "playwright-core";

const here = path.dirname(fileURLToPath(import.meta.url));
const policy = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self'; manifest-src 'self'; connect-src 'self'";
const types = { ".html": "text/html; charset=utf-8", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml" };
const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const everything = { type: "tag", values: tags };
// In every run what is written is asked once, narrow and light; what width and
// colours change, wide and dark: no layout depends on the colours, and no colour on
// the width. Another language changes how long words are.
const runs = {
  usual: [
    { name: "320 light", width: 320, scheme: "light", axe: everything },
    { name: "1280 dark", width: 1280, scheme: "dark", axe: { type: "rule", values: ["color-contrast", "target-size", "scrollable-region-focusable"] } },
  ],
  narrow: [{ name: "320 light", width: 320, scheme: "light" }],
  all: [320, 1280].flatMap((width) => ["light", "dark"].map((scheme) => ({ name: `${width} ${scheme}`, width, scheme, axe: everything }))),
};
const targets = ".btn, button, select, input:not([type=hidden], [type=radio], [type=checkbox]), textarea, .pick label, nav a, summary";
const smallest = 44; // pixels

function serve(dir) {
  const server = http.createServer((request, response) => {
    const name = decodeURIComponent(new URL(request.url, "http://x").pathname);
    if (name === "/police/worker.js" || name === "/care/away/worker.js") return response.writeHead(200, { "Content-Type": "text/javascript" }).end(""); // a worker that keeps nothing
    if (name === "/police/outbox/key" || name === "/care/away/key") return response.writeHead(204).end(); // and a site that gives no key
    const file = path.join(dir, name);
    if (!file.startsWith(path.resolve(dir)) || !fs.existsSync(file) || fs.statSync(file).isDirectory()) {
      response.writeHead(name === "/favicon.ico" ? 204 : 404).end();
      return;
    }
    response.writeHead(200, { "Content-Type": types[path.extname(file)] ?? "application/octet-stream", "Content-Security-Policy": policy });
    response.end(fs.readFileSync(file));
  });
  return new Promise((ready) => server.listen(0, "127.0.0.1", () => ready(server)));
}

// check returns what is wrong with one page, a line each.
async function check(page, base, dir, name, validator, modes) {
  const findings = [];
  const report = await validator.validateString(fs.readFileSync(path.join(dir, name), "utf8"), path.join(here, name));
  for (const m of report.results.flatMap((r) => r.messages)) findings.push(`html: ${m.ruleId} line ${m.line}: ${m.message}`);
  const said = [];
  const listen = (m) => m.type() === "error" && said.push(`console: ${m.text()}`);
  page.on("console", listen);
  for (const mode of modes) {
    await page.emulateMedia({ colorScheme: mode.scheme });
    await page.setViewportSize({ width: mode.width, height: 900 });
    if (mode === modes[0]) {
      await page.goto(`${base}/${encodeURIComponent(name)}`);
      if (mode.axe) await page.evaluate(axe.source); // once a page: there are no frames to reach
    }
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    if (overflow > 0) findings.push(`${mode.name}: scrolls sideways by ${overflow} px`);
    if (mode === modes[0]) {
      const small = await page.evaluate(([selector, least]) =>
        [...document.querySelectorAll(selector)]
          .filter((e) => e.checkVisibility() && e.getBoundingClientRect().height < least - 0.5)
          .map((e) => `${e.tagName.toLowerCase()} "${(e.innerText || e.name || "").slice(0, 30)}" ${Math.round(e.getBoundingClientRect().height)} px`), [targets, smallest]);
      for (const s of small) findings.push(`${mode.name}: small target ${s}`);
    }
    if (!mode.axe) continue;
    const violations = await page.evaluate(async (runOnly) => (await window.axe.run(document, { runOnly, resultTypes: ["violations"] })).violations, mode.axe);
    for (const v of violations) for (const n of v.nodes) findings.push(`${mode.name}: axe ${v.id}: ${n.target.join(" ")}: ${v.help}`);
  }
  page.off("console", listen);
  return [...findings, ...new Set(said)];
}

async function run(dir, { only = "", screenshots = "", modes = runs.usual }) {
  dir = path.resolve(dir);
  const names = fs.readdirSync(dir).filter((n) => n.endsWith(".html") && n.includes(only)).sort();
  const server = await serve(dir);
  const base = `http://127.0.0.1:${server.address().port}`;
  const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
  const validator = new HtmlValidate(new FileSystemConfigLoader());
  const failed = new Map();
  const queue = [...names];
  const worker = async () => {
    const page = await (await browser.newContext()).newPage();
    for (let name = queue.shift(); name; name = queue.shift()) {
      const findings = await check(page, base, dir, name, validator, modes);
      if (findings.length) failed.set(name, findings);
      if (screenshots) await shoot(page, name, screenshots);
    }
  };
  await Promise.all([worker(), worker()]);
  await browser.close();
  server.close();
  return { pages: names.length, failed };
}

async function shoot(page, name, out) {
  fs.mkdirSync(out, { recursive: true });
  for (const [width, scheme] of [[390, "light"], [390, "dark"], [1280, "light"]]) {
    await page.emulateMedia({ colorScheme: scheme });
    await page.setViewportSize({ width, height: 844 });
    await page.screenshot({ path: path.join(out, name.replace(".html", `-${width}-${scheme}.png`)), fullPage: true });
  }
}

const args = process.argv.slice(2);
const option = (name) => (args.includes(name) ? args[args.indexOf(name) + 1] : undefined);
if (args.includes("--self-test")) {
  const { failed } = await run(path.join(here, "bad"), {});
  const said = (failed.get("bad-page.html") ?? []).join("\n");
  const wanted = ["axe ", "html: ", "scrolls sideways", "small target", "console: "];
  const missed = wanted.filter((w) => !said.includes(w));
  if (missed.length) {
    console.error(said);
    console.error(`self-test: the bad page was not caught for: ${missed.join(", ")}`);
    process.exit(1);
  }
  console.log("The page checks catch a bad page.");
} else {
  const modes = args.includes("--all") ? runs.all : args.includes("--narrow") ? runs.narrow : runs.usual;
  const { pages, failed } = await run(args[0], { only: option("--only"), screenshots: option("--screenshots"), modes });
  for (const [name, findings] of failed) for (const f of findings) console.log(`${name}: ${f}`);
  console.log(`${pages - failed.size} passed, ${failed.size} failed`);
  process.exit(failed.size || !pages ? 1 : 0);
}

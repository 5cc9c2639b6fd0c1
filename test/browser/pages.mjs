// Checks rendered pages the way people meet them: valid HTML, no accessibility
// violation, no sideways scroll, targets big enough for a thumb, nothing the
// content-security policy refuses; light and dark, narrow and wide.
//
//   node pages.mjs DIR [--only TEXT] [--screenshots OUT]
//   node pages.mjs DIR --narrow     what 320 px do to what no page before showed: for words in another language
//   node pages.mjs DIR --all        every rule, light and dark, narrow and wide
//   node pages.mjs --self-test      proves that the checks can fail
import fs from "node:fs";
import http from "node:http";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { FileSystemConfigLoader, HtmlValidate } from "html-validate";
import { chromium } from "playwright-core";

const axe = fs.readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const here = path.dirname(fileURLToPath(import.meta.url));
const policy = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self'; manifest-src 'self'; connect-src 'self'";
const types = { ".html": "text/html; charset=utf-8", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml" };
const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const everything = { type: "tag", values: tags };
// In every run what is written is asked of every page, narrow and light; colours, and
// wide and dark what they and the width change, of those that show something in a
// place where no page before showed it: an element's classes and what it stands in
// decide its colours. Another language changes how long words are, and no element:
// in every run each is looked at once with them.
const runs = {
  usual: [
    { name: "320 light", width: 320, scheme: "light", axe: everything },
    { name: "1280 dark", width: 1280, scheme: "dark", axe: { type: "rule", values: ["color-contrast", "target-size", "scrollable-region-focusable"] }, unseen: true },
  ],
  narrow: [{ name: "320 light", width: 320, scheme: "light" }],
  all: [320, 1280].flatMap((width) => ["light", "dark"].map((scheme) => ({ name: `${width} ${scheme}`, width, scheme, axe: everything }))),
};
const targets = ".btn, button, select, input:not([type=hidden], [type=radio], [type=checkbox]), textarea, .pick label, nav a, summary";
const smallest = 44; // pixels
const empty = new Set(["area", "base", "br", "col", "hr", "img", "input", "link", "meta", "wbr"]); // elements without an end

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

// places lists what a page shows by where it stands: each element's name, classes
// and kind, after those of what it is in.
function places(html) {
  const found = new Set();
  const within = [""];
  for (const [, end, name, attributes] of html.matchAll(/<(\/?)([a-z][a-z0-9]*)((?:\s[^<>]*)?)>/g)) {
    if (end) {
      within.pop();
      continue;
    }
    const value = (attribute) => attributes.match(new RegExp(`\\s${attribute}="([^"]*)"`))?.[1] ?? "";
    const place = `${within.at(-1)}>${name}.${value("class")}.${value("type")}`;
    found.add(place);
    if (!empty.has(name)) within.push(place);
  }
  return found;
}

// check returns what is wrong with one page, a line each. seen are the places that
// pages before it showed, and its own go there.
async function check(page, base, dir, name, validator, modes, seen) {
  const findings = [];
  const html = fs.readFileSync(path.join(dir, name), "utf8");
  const shown = places(html);
  const unseen = modes === runs.all || [...shown].some((place) => !seen.has(place));
  for (const place of shown) seen.add(place);
  if (modes === runs.narrow && !unseen) return findings;
  if (modes !== runs.narrow) {
    const report = await validator.validateString(html, path.join(here, name));
    for (const m of report.results.flatMap((r) => r.messages)) findings.push(`html: ${m.ruleId} line ${m.line}: ${m.message}`);
  }
  const said = [];
  const listen = (m) => m.type() === "error" && said.push(`console: ${m.text()}`);
  page.on("console", listen);
  for (const mode of modes) {
    if (mode.unseen && !unseen) continue;
    await page.emulateMedia({ colorScheme: mode.scheme });
    await page.setViewportSize({ width: mode.width, height: 900 });
    if (mode === modes[0]) {
      await page.goto(`${base}/${encodeURIComponent(name)}`);
      if (mode.axe) await page.evaluate(axe); // once a page: there are no frames to reach
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
    const rules = unseen ? {} : { "color-contrast": { enabled: false } };
    const violations = await page.evaluate(async ([runOnly, rules]) => (await window.axe.run(document, { runOnly, rules, resultTypes: ["violations"] })).violations, [mode.axe, rules]);
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
  const seen = new Set();
  const queue = [...names];
  const worker = async () => {
    const page = await (await browser.newContext()).newPage();
    for (let name = queue.shift(); name; name = queue.shift()) {
      const findings = await check(page, base, dir, name, validator, modes, seen);
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

// How small the words of a page's pictures become on a phone of 390 px, and whether any leaves its picture: node charts.mjs FILE
import path from "node:path";
import { chromium } from "playwright-core";

const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
const page = await browser.newPage();
const wrong = [];
for (const width of [320, 390, 700, 1280]) {
  await page.setViewportSize({ width, height: 800 });
  await page.goto("file://" + path.resolve(process.argv[2]));
  const found = await page.evaluate(() =>
    [...document.querySelectorAll(".chart > svg")].filter((s) => s.checkVisibility()).flatMap((svg) => {
      const box = svg.getBoundingClientRect();
      const scale = box.width / svg.viewBox.baseVal.width;
      return [...svg.querySelectorAll("text")].map((t) => {
        const at = t.getBoundingClientRect();
        return { words: t.textContent, size: parseFloat(getComputedStyle(t).fontSize) * scale, out: Math.max(box.left - at.left, at.right - box.right, at.bottom - box.bottom) };
      });
    }));
  if (!found.length) wrong.push(`${width} px: no picture is shown`);
  for (const t of found) {
    if (width >= 390 && t.size < 12) wrong.push(`${width} px: "${t.words}" is ${t.size.toFixed(1)} px high`);
    if (t.out > 2) wrong.push(`${width} px: "${t.words}" leaves its picture by ${t.out.toFixed(0)} px`);
  }
}
await browser.close();
for (const w of new Set(wrong)) console.log(w);
process.exit(wrong.length ? 1 : 0);

// Draws the home-screen icons from the mark: "make icons".
import { writeFileSync } from "node:fs";
import { launch } from "./waymark.mjs";

const browser = await launch();
for (const size of [192, 512]) {
  const page = await browser.newPage({ viewport: { width: size, height: size } });
  await page.setContent(`<style>body{margin:0;background:#0a5a55;display:grid;place-items:center;height:100vh}svg{width:54%}</style>
    <svg viewBox="0 0 24 24" fill="none" stroke="#fff" stroke-width="2.4" stroke-linecap="round" stroke-linejoin="round"><path d="M12 22V9"/><path d="M12 4h7l3 2.5L19 9h-7z"/><path d="M12 10H6l-3 2.25L6 14.5h6"/></svg>`);
  writeFileSync(new URL(`../../internal/platform/ui/assets/icon-${size}.png`, import.meta.url), await page.screenshot());
  await page.close();
}
await browser.close();

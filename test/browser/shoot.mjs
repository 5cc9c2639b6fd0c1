// Pictures of a screen: phone and desktop, light and dark, as WebP, a quarter of
// what PNG takes.
import fs from "node:fs";
import path from "node:path";

export const sizes = { phone: { width: 390, height: 844 }, desktop: { width: 1280, height: 860 } };

// shooter returns what saves a screen four times over in out; without out it
// does nothing.
export function shooter(out) {
  if (!out) return async () => {};
  fs.mkdirSync(out, { recursive: true });
  return async (page, name) => {
    const cdp = await page.context().newCDPSession(page);
    for (const [size, viewport] of Object.entries(sizes)) {
      await page.setViewportSize(viewport);
      for (const colorScheme of ["light", "dark"]) {
        await page.emulateMedia({ colorScheme });
        await page.evaluate(() => document.fonts.ready);
        const { data } = await cdp.send("Page.captureScreenshot", { format: "webp", quality: 75 });
        fs.writeFileSync(path.join(out, `${name}-${size}-${colorScheme}.webp`), Buffer.from(data, "base64"));
      }
    }
    await page.setViewportSize(sizes.phone);
  };
}

// The part of @hpke/core that phones need, as one file: "make hpke" writes it
// into the product, and a test builds it again and compares.
import { readFileSync } from "node:fs";
import { build } from "esbuild";

export const product = new URL("../../internal/platform/ui/assets/hpke.js", import.meta.url);

export async function bundle() {
  const { version } = JSON.parse(readFileSync(new URL("node_modules/@hpke/core/package.json", import.meta.url)));
  const out = await build({
    stdin: { contents: 'export { Aes256Gcm, CipherSuite, DhkemP256HkdfSha256, HkdfSha256 } from "@hpke/core";', resolveDir: new URL(".", import.meta.url).pathname },
    bundle: true, minify: true, format: "iife", globalName: "HPKE", target: "es2022", write: false, legalComments: "none",
    banner: { js: `/* @hpke/core ${version}, the part that is used here. MIT, (c) 2023 Ajitomi Daisuke, dajiaji/hpke-js on GitHub */` },
  });
  return out.outputFiles[0].text;
}

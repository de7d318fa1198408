import { rm, writeFile } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { build } from "esbuild";
import { lean } from "./lean.mjs";

/** Browsers that know the WebAssembly features of the bundle (reference types). */
export const TARGET = ["chrome96", "safari15", "firefox100"];

const ENTRIES = { map: "src/map/index.ts", register: "src/register.ts", offline: "src/offline.ts" };
/** Bundled by itself: what drawing needs of OpenLayers must not come into what those fetch who only look. */
const ALONE = { edit: "src/edit/index.ts" };

/** Bundles the entries into `site/js` under names with a hash, and says in `manifest.json` which is which. */
export async function scripts(root, site) {
  const out = resolve(site, "js");
  await rm(out, { recursive: true, force: true });
  const manifest = {};
  let bytes = 0;
  for (const entries of [ENTRIES, ALONE]) {
    const { metafile } = await build({
      absWorkingDir: root,
      entryPoints: entries,
      outdir: out,
      entryNames: "[name]-[hash]",
      chunkNames: "chunk-[hash]",
      bundle: true,
      splitting: true,
      format: "esm",
      minify: true,
      target: TARGET,
      plugins: [lean],
      metafile: true,
      legalComments: "none",
      logLevel: "warning",
    });
    for (const [file, { entryPoint, bytes: size }] of Object.entries(metafile.outputs)) {
      bytes += size;
      const name = Object.keys(entries).find((key) => entries[key] === entryPoint);
      if (name) manifest[name] = `/js/${basename(file)}`;
    }
  }
  await writeFile(resolve(out, "manifest.json"), `${JSON.stringify(manifest)}\n`);
  return `${Object.values(manifest).join(", ")}, ${Math.round(bytes / 1024)} KB in all`;
}

// `node build.mjs` makes scripts, sprite and icons; `node build.mjs sw` makes the service worker, last of all.

import { mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { resolve } from "node:path";
import { icons } from "./build/icons.mjs";
import { scripts } from "./build/scripts.mjs";
import { sprite } from "./build/sprite.mjs";
import { worker } from "./build/worker.mjs";

const here = fileURLToPath(new URL(".", import.meta.url));
const site = resolve(process.env.SITE_DIR ?? resolve(here, "../../target/site"));
const repository = resolve(here, "../..");

const steps = {
  scripts: () => scripts(here, site),
  sprite: () => sprite(resolve(repository, "app/ui/icons.json"), site),
  icons: () => icons(resolve(repository, "public/icon.svg"), site),
  sw: () => worker(here, site),
};

const asked = process.argv.slice(2);
try {
  await mkdir(site, { recursive: true });
  for (const name of asked.length ? asked : ["scripts", "sprite", "icons"]) {
    const step = steps[name];
    if (!step) throw new Error(`no step ${name}; there are ${Object.keys(steps).join(", ")}`);
    console.error(`${name}: ${await step()}`);
  }
} catch (error) {
  console.error(`app/js: ${error.message}`);
  process.exitCode = 1;
}

import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";

const root = resolve(import.meta.dirname, "../..");

/** The built site; `cargo xtask` names another one by LINLI_SITE. */
export const SITE = resolve(process.env.LINLI_SITE ?? resolve(root, "target/site"));

export function script(name: "map" | "register" | "offline"): string {
  const file = resolve(SITE, "js/manifest.json");
  if (!existsSync(file)) throw new Error(`${file} is not there: build the site first (cargo xtask build, or npm run build in app/js)`);
  return (JSON.parse(readFileSync(file, "utf8")) as Record<string, string>)[name] as string;
}

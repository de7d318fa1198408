import { readFile, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { Resvg } from "@resvg/resvg-js";

/** The drawing fills its square and keeps what matters inside the circle that a mask leaves, so one picture serves every purpose. */
const SIZES = { "icon-192.png": 192, "icon-512.png": 512, "apple-touch-icon.png": 180 };

/** The icons that installing asks for, from the one SVG. */
export async function icons(file, site) {
  const svg = await readFile(file, "utf8");
  for (const [name, width] of Object.entries(SIZES)) {
    await writeFile(resolve(site, name), new Resvg(svg, { fitTo: { mode: "width", value: width } }).render().asPng());
  }
  return Object.keys(SIZES).join(", ");
}

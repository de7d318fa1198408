import { readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { resolve } from "node:path";

const lucide = createRequire(import.meta.url);

/** One SVG with a symbol for each icon that the application names. */
export async function sprite(listFile, site) {
  const list = JSON.parse(await readFile(listFile, "utf8"));
  const symbols = await Promise.all(
    Object.entries(list).map(async ([id, name]) => {
      const source = await readFile(lucide.resolve(`lucide-static/icons/${name}.svg`), "utf8").catch(() => {
        throw new Error(`${listFile}: "${id}" asks for "${name}", which Lucide does not have`);
      });
      const drawn = /<svg[^>]*>([\s\S]*)<\/svg>/.exec(source)[1].replace(/\s*\n\s*/g, "");
      return `<symbol id="${id}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round">${drawn}</symbol>`;
    }),
  );
  await writeFile(resolve(site, "icons.svg"), `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("\n")}</svg>\n`);
  return `${symbols.length} icons`;
}

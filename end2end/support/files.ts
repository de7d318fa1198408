// Files to send, made from those of the demonstration.

import { readFileSync } from "node:fs";
import { resolve } from "node:path";

const FEATURES = resolve(import.meta.dirname, "../../app/features");
/** The divisions of Jiangsu. */
export const DIVISIONS = () => readFileSync(resolve(FEATURES, "orgs/demo/jiangsu-divisions.csv"), "utf8");
export const HEAD = "code,name,level,parent_code";

export const csv = (name: string, text: string) => ({ name, mimeType: "text/csv", buffer: Buffer.from(text) });

type Ring = [number, number][];
export interface Feature {
  type: "Feature";
  properties: { code: string; name: string; [key: string]: unknown };
  geometry: { type: "Polygon"; coordinates: Ring[] };
}

/** The demonstration's borders whose codes `keep` keeps, to be changed at will. */
export function borders(keep: (code: string) => boolean): Feature[] {
  const file = JSON.parse(readFileSync(resolve(FEATURES, "grid/demo/changshu-demo-grids.geojson"), "utf8")) as { features: Feature[] };
  return file.features.filter(({ properties }) => keep(properties.code));
}

export const geojson = (name: string, features: Feature[]) => ({
  name,
  mimeType: "application/geo+json",
  buffer: Buffer.from(JSON.stringify({ type: "FeatureCollection", features })),
});

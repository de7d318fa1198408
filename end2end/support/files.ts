// Files to send, made from those of the demonstration.

import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { deflateSync } from "node:zlib";

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

function crc32(bytes: Buffer): number {
  let sum = ~0;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? (sum >>> 1) ^ 0xedb88320 : sum >>> 1;
  }
  return ~sum >>> 0;
}

function chunk(kind: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(kind, "latin1"), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}

/** A photo of one colour, as small as a PNG is. */
export function photo(name: string, width = 64, height = 48) {
  const size = Buffer.alloc(8);
  size.writeUInt32BE(width);
  size.writeUInt32BE(height, 4);
  const row = Buffer.concat([Buffer.from([0]), ...Array.from({ length: width }, () => Buffer.from([200, 60, 40]))]);
  const buffer = Buffer.concat([
    Buffer.from("\x89PNG\r\n\x1a\n", "latin1"),
    chunk("IHDR", Buffer.concat([size, Buffer.from([8, 2, 0, 0, 0])])),
    chunk("IDAT", deflateSync(Buffer.concat(Array.from({ length: height }, () => row)))),
    chunk("IEND", Buffer.alloc(0)),
  ]);
  return { name, mimeType: "image/png", buffer };
}

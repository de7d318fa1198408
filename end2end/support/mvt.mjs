// Vector tiles of a made-up coverage, as the server makes them: just enough of the Mapbox Vector Tile format for polygons with their names.

import { project } from "./polygons.mjs";

const EXTENT = 4096;
const EDGE = Math.PI * 6378137;

const varint = (value) => {
  const bytes = [];
  let rest = value >>> 0;
  while (rest > 127) {
    bytes.push((rest & 127) | 128);
    rest >>>= 7;
  }
  return [...bytes, rest];
};
const zigzag = (value) => varint((value << 1) ^ (value >> 31));
const field = (number, bytes) => [...varint((number << 3) | 2), ...varint(bytes.length), ...bytes];
const plain = (number, value) => [...varint(number << 3), ...varint(value)];
const text = (number, value) => field(number, [...new TextEncoder().encode(value)]);

/** What is told of a feature, each thing once a layer. */
class Table {
  #places = new Map();

  at(one) {
    if (!this.#places.has(one)) this.#places.set(one, this.#places.size);
    return this.#places.get(one);
  }

  encoded(encode) {
    return [...this.#places.keys()].flatMap(encode);
  }
}

const valueOf = (one) => field(4, typeof one === "boolean" ? plain(7, Number(one)) : typeof one === "number" ? plain(5, one) : text(1, one));

function layer(name, features) {
  if (features.length === 0) return [];
  const [keys, values] = [new Table(), new Table()];
  const encoded = features.flatMap(({ tags, type, geometry }) =>
    field(2, [
      ...field(2, Object.entries(tags).flatMap(([key, value]) => [...varint(keys.at(key)), ...varint(values.at(value))])),
      ...plain(3, type),
      ...field(4, geometry),
    ]),
  );
  return field(3, [...plain(15, 2), ...text(1, name), ...encoded, ...keys.encoded((key) => text(3, key)), ...values.encoded(valueOf), ...plain(5, EXTENT)]);
}

const POINT = 1;
const POLYGON = 3;

/**
 * The tile at an address that ends in `Z-X-Y.mvt`, of the polygons of `collection` but the one whose code is `node`: `areas` with their names,
 * or where each has its name, `staff` (how many work there) or `points` (how many there are).
 */
export function tileOf(address, collection, { node = "320581", of = "areas" } = {}) {
  const [z, x, y] = /(\d+)-(\d+)-(\d+)\.mvt$/.exec(address).slice(1).map(Number);
  const side = (2 * EDGE) / 2 ** z;
  const unit = ([east, north]) => [Math.round(((east + EDGE - x * side) / side) * EXTENT), Math.round(((EDGE - north - y * side) / side) * EXTENT)];
  const near = ([column, row]) => column > -EXTENT / 4 && column < EXTENT * 1.25 && row > -EXTENT / 4 && row < EXTENT * 1.25;
  const areas = [];
  const places = [];
  for (const { properties, geometry } of collection.features) {
    const ring = geometry.coordinates[0].slice(0, -1).map((place) => unit(project(place)));
    if (properties.code === node || !ring.some(near)) continue;
    let [column, row] = [0, 0];
    const step = ([toColumn, toRow]) => {
      const bytes = [...zigzag(toColumn - column), ...zigzag(toRow - row)];
      [column, row] = [toColumn, toRow];
      return bytes;
    };
    // Move to the first corner, lines to the others, close.
    const drawn = [9, ...step(ring[0]), ...varint(((ring.length - 1) << 3) | 2), ...ring.slice(1).flatMap(step), 15];
    areas.push({ tags: { code: properties.code, name: properties.name, level: "grid", leaf: properties.leaf }, type: POLYGON, geometry: drawn });
    const middle = [0, 1].map((axis) => Math.round(ring.reduce((sum, corner) => sum + corner[axis], 0) / ring.length));
    if (middle.every((at) => at >= 0 && at < EXTENT)) places.push({ properties, geometry: [9, ...zigzag(middle[0]), ...zigzag(middle[1])] });
  }
  const told = {
    areas: ({ code, name }) => ({ code, label: name }),
    staff: ({ code, name }) => ({ code, name, workers: Number(code) % 5 }),
    points: ({ code }) => ({ points: 2 + (Number(code) % 90) }),
  };
  const points = places.map(({ properties, geometry }) => ({ tags: told[of](properties), type: POINT, geometry }));
  return Uint8Array.from(of === "areas" ? [...layer("areas", areas), ...layer("names", points)] : layer(of, points));
}

// What a finger did to a border, told from how its rings were and how they are. No OpenLayers here.

import { type Border, type Place, same } from "./units";

const named = ([lon, lat]: Place) => ({ lon, lat });

/** One step, as the Rust side reads it. */
export type Step =
  | { op: "move"; from: ReturnType<typeof named>; to: ReturnType<typeof named> }
  | { op: "join"; from: ReturnType<typeof named>; to: ReturnType<typeof named> }
  | { op: "insert"; a: ReturnType<typeof named>; b: ReturnType<typeof named>; at: ReturnType<typeof named> }
  | { op: "remove"; at: ReturnType<typeof named> };

export const moved = (from: Place, to: Place): Step => ({ op: "move", from: named(from), to: named(to) });
export const joined = (from: Place, to: Place): Step => ({ op: "join", from: named(from), to: named(to) });
export const inserted = (a: Place, b: Place, at: Place): Step => ({ op: "insert", a: named(a), b: named(b), at: named(at) });
export const removed = (at: Place): Step => ({ op: "remove", at: named(at) });

/** The one step between two rings that a single drag leads from and to; null where they are the same. */
function between(before: Place[], after: Place[]): Step | null {
  const at = after.findIndex((place, i) => !same(place, before[i]));
  if (after.length === before.length) return at < 0 ? null : moved(before[at] as Place, after[at] as Place);
  if (after.length !== before.length + 1) return null;
  const here = at < 0 ? before.length : at;
  const a = before[(here + before.length - 1) % before.length] as Place;
  const b = before[here % before.length] as Place;
  // A press on a side that was not dragged anywhere puts a corner where there is one already.
  const corner = after[here] as Place;
  return same(corner, a) || same(corner, b) ? null : inserted(a, b, corner);
}

/** The step that leads from one border to the other; null if nothing has changed. */
export function stepBetween(before: Border, after: Border): Step | null {
  for (const [p, part] of after.entries()) {
    for (const [r, ring] of part.entries()) {
      const step = between(before[p]?.[r] ?? [], ring);
      if (step) return step;
    }
  }
  return null;
}

/** The corner nearest to a place, no further than `within` in the measure of `distance`. */
export function nearest(borders: Iterable<Border>, distance: (place: Place) => number, within: number): Place | null {
  let best: Place | null = null;
  let least = within;
  for (const border of borders) {
    for (const place of border.flat(2)) {
      const far = distance(place);
      if (far <= least) [best, least] = [place, far];
    }
  }
  return best;
}

type Pixel = readonly [x: number, y: number];

/** Where along a side, from 0 to 1, it is nearest to a pixel, and how far away that is. */
function along([ax, ay]: Pixel, [bx, by]: Pixel, [x, y]: Pixel): { part: number; far: number } {
  const [dx, dy] = [bx - ax, by - ay];
  const long = dx * dx + dy * dy;
  const part = long ? Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / long)) : 0;
  return { part, far: Math.hypot(ax + part * dx - x, ay + part * dy - y) };
}

/** The sides of all shapes, each once: made once for as long as the shapes stay as they are, for it takes longer than asking of it. */
export interface Sides {
  /** By corner, the corners that sides lead to from there. */
  readonly ends: ReadonlyMap<string, ReadonlyMap<string, Place>>;
  readonly all: readonly { readonly a: Place; readonly b: Place; readonly keys: readonly [string, string] }[];
}

export function sidesOf(borders: Border[]): Sides {
  const ends = new Map<string, Map<string, Place>>();
  const all: Sides["all"][number][] = [];
  for (const ring of borders.flat(2)) {
    const keys = ring.map(String);
    for (const place of keys) if (!ends.has(place)) ends.set(place, new Map());
    for (const [i, a] of ring.entries()) {
      const next = (i + 1) % ring.length;
      const b = ring[next] as Place;
      const [from, to] = [keys[i] as string, keys[next] as string];
      const [there, back] = [ends.get(from) as Map<string, Place>, ends.get(to) as Map<string, Place>];
      // A side that two shapes share is one.
      if (!there.has(to)) all.push(a[0] < b[0] || (a[0] === b[0] && a[1] < b[1]) ? { a, b, keys: [from, to] } : { a: b, b: a, keys: [to, from] });
      there.set(to, b);
      back.set(from, a);
    }
  }
  return { ends, all };
}

/** The corner `from` and those of the lines that it is part of, up to where they meet others: these it is not laid onto, or a small move
 * would be none. */
function ownLine(from: Place, ends: Sides["ends"]): Set<string> {
  const own = new Set([String(from)]);
  const open = [...(ends.get(String(from))?.keys() ?? [])];
  for (let key = open.pop(); key !== undefined; key = open.pop()) {
    const next = ends.get(key);
    if (own.has(key) || next?.size !== 2) continue;
    own.add(key);
    open.push(...next.keys());
  }
  return own;
}

/** The nearest of the corners, else the nearest place on a side, no further than `within` in the pixels that `pixel` tells. */
function closest(corners: Iterable<Place>, sides: Sides["all"], to: Place, pixel: (place: Place) => Pixel, within: number): Place | null {
  const at = pixel(to);
  const best: { place: Place | null; far: number } = { place: null, far: within };
  const offer = (place: Place, far: number) => {
    if (far <= best.far) Object.assign(best, { place, far });
  };
  for (const place of corners) {
    const [x, y] = pixel(place);
    offer(place, Math.hypot(x - at[0], y - at[1]));
  }
  if (best.place) return best.place;
  for (const { a, b } of sides) {
    const { part, far } = along(pixel(a), pixel(b), at);
    // By whole units, so that it lies on the side as it is stored.
    offer([Math.round(a[0] + (b[0] - a[0]) * part), Math.round(a[1] + (b[1] - a[1]) * part)], far);
  }
  return best.place;
}

/** What a new point at `to` snaps onto: the same that OpenLayers finds for a finger. */
export const snapped = ({ all }: Sides, to: Place, pixel: (place: Place) => Pixel, within: number): Place | null => closest(ends(all), all, to, pixel, within);

function* ends(sides: Sides["all"]): Generator<Place> {
  for (const { a, b } of sides) {
    yield a;
    yield b;
  }
}

/** What a corner that is let go at `to` is meant to be laid onto: the nearest corner, else the nearest place on a side, no further than
 * `within` in the pixels that `pixel` tells. None of its own line. */
export function onto(sides: Sides, from: Place, to: Place, pixel: (place: Place) => Pixel, within: number): Place | null {
  const own = ownLine(from, sides.ends);
  const others = sides.all.filter(({ keys }) => !own.has(keys[0]) && !own.has(keys[1]));
  const corners = [...ends(others)];
  // Where its own line ends it meets a corner of others, even if no side of theirs is left there.
  for (const key of own) for (const [name, place] of sides.ends.get(key) ?? []) if (!own.has(name)) corners.push(place);
  return closest(corners, others, to, pixel, within);
}

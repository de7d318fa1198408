// What a finger did to a border, told from how its rings were and how they are. No OpenLayers here.

import { type Border, type Place, same } from "./units";

const named = ([lon, lat]: Place) => ({ lon, lat });

/** One step, as the Rust side reads it. */
export type Step =
  | { op: "move"; from: ReturnType<typeof named>; to: ReturnType<typeof named> }
  | { op: "insert"; a: ReturnType<typeof named>; b: ReturnType<typeof named>; at: ReturnType<typeof named> }
  | { op: "remove"; at: ReturnType<typeof named> };

export const moved = (from: Place, to: Place): Step => ({ op: "move", from: named(from), to: named(to) });
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

import { expect, test } from "vitest";
import { nearest, stepBetween } from "../src/edit/step";
import { type Border, type Place, toBorder, toCoordinates, toMetres, toPlace } from "../src/edit/units";

const ring: Place[] = [[1207000000, 316000000], [1207001000, 316000000], [1207001000, 316001000], [1207000000, 316001000]];
const square: Border = [[ring]];

test("places survive the way to the map and back", () => {
  for (const place of [...ring, [1_799_999_999, 849_999_999] as Place, [-1_234_567, -7_654_321] as Place]) expect(toPlace(toMetres(place))).toEqual(place);
  expect(toBorder(toCoordinates(square))).toEqual(square);
});

test("a drag is a corner that moved, or a new one in a side", () => {
  const [a, b, c, d] = ring as [Place, Place, Place, Place];
  expect(stepBetween(square, square)).toBeNull();
  expect(stepBetween(square, [[[a, [1207001500, 316000007], c, d]]])).toEqual({ op: "move", from: { lon: 1207001000, lat: 316000000 }, to: { lon: 1207001500, lat: 316000007 } });
  const at: Place = [1207000500, 315999900];
  expect(stepBetween(square, [[[a, at, b, c, d]]])).toEqual({ op: "insert", a: { lon: a[0], lat: a[1] }, b: { lon: b[0], lat: b[1] }, at: { lon: at[0], lat: at[1] } });
  // In the side that closes the ring.
  expect(stepBetween(square, [[[a, b, c, d, at]]])).toMatchObject({ op: "insert", a: { lon: d[0] }, b: { lon: a[0] } });
  // A press without a drag, right on a corner.
  expect(stepBetween(square, [[[a, b, b, c, d]]])).toBeNull();
});

test("the nearest corner is found within a finger's reach", () => {
  const far = ([lon, lat]: Place) => Math.hypot(lon - 1207000990, lat - 316000010);
  expect(nearest([square], far, 20)).toEqual(ring[1]);
  expect(nearest([square], far, 5)).toBeNull();
});

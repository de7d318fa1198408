import { expect, test } from "vitest";
import { joined, nearest, onto, sidesOf, snapped, stepBetween } from "../src/edit/step";
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

test("a corner is laid onto what it is let go beside, but not onto its own line", () => {
  const at = (x: number, y: number): Place => [1207000000 + x, 316000000 + y];
  // Two beside each other below a third; a pixel is ten units.
  const border: Border[] = [
    [[[at(0, 0), at(1000, 0), at(1000, 500), at(1000, 1000), at(0, 1000)]]],
    [[[at(1000, 0), at(2000, 0), at(2000, 1000), at(1000, 1000), at(1000, 500)]]],
    [[[at(0, 1000), at(1000, 1000), at(2000, 1000), at(2000, 2000), at(0, 2000)]]],
  ];
  const pixel = ([lon, lat]: Place) => [(lon - 1207000000) / 10, (lat - 316000000) / 10] as const;
  const from = at(1000, 500);
  const sides = sidesOf(border);
  // Fifteen sides, four of them of two shapes.
  expect(sides.all).toHaveLength(11);
  const laid = (x: number, y: number) => onto(sides, from, at(x, y), pixel, 16);
  // On the side of the third, exactly.
  expect(laid(1500, 900)).toEqual(at(1500, 1000));
  // Where its line ends, and on another's corner rather than on the side beside it.
  expect(laid(1050, 900)).toEqual(at(1000, 1000));
  expect(laid(1900, 950)).toEqual(at(2000, 1000));
  // Nothing is near, and its own line is nothing.
  expect(laid(1200, 500)).toBeNull();
  expect(laid(1000, 600)).toBeNull();
  expect(laid(1500, 830)).toBeNull();
  expect(joined(from, at(1500, 1000))).toEqual({ op: "join", from: { lon: 1207001000, lat: 316000500 }, to: { lon: 1207001500, lat: 316001000 } });
});

test("a new point snaps onto the nearest corner, else onto a side, of the parts and of the outline alike", () => {
  const at = (x: number, y: number): Place => [1207000000 + x, 316000000 + y];
  const pixel = ([lon, lat]: Place) => [(lon - 1207000000) / 10, (lat - 316000000) / 10] as const;
  const part: Border = [[[at(0, 0), at(1000, 0), at(1000, 1000), at(0, 1000)]]];
  const outline: Border = [[[at(0, 0), at(3000, 0), at(3000, 1000), at(0, 1000)]]];
  const sides = sidesOf([part, outline]);
  const found = (x: number, y: number) => snapped(sides, at(x, y), pixel, 16);
  expect(found(1100, 100)).toEqual(at(1000, 0));
  expect(found(1120, 500)).toEqual(at(1000, 500));
  // Beside ground without a part, where the outline alone runs.
  expect(found(2000, 1090)).toEqual(at(2000, 1000));
  expect(found(2900, 950)).toEqual(at(3000, 1000));
  expect(found(2000, 500)).toBeNull();
});

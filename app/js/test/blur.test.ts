import { describe, expect, it } from "vitest";
import { type Box, boxed, cover, meant, moved } from "../src/blur";

describe("covering a photo", () => {
  it("draws a box between any two corners, within the picture", () => {
    expect(boxed([30, 40], [10, 20], 100, 100)).toEqual({ x: 10, y: 20, width: 20, height: 20 });
    expect(boxed([-5, 90], [20, 130], 100, 100)).toEqual({ x: 0, y: 90, width: 20, height: 10 });
    expect(meant(boxed([10, 10], [11, 11], 100, 100))).toBe(false);
  });

  it("moves the box and changes its size by keys, and never out of the picture", () => {
    const box: Box = { x: 0, y: 50, width: 32, height: 32 };
    expect(moved(box, "ArrowLeft", false, 100, 100)).toEqual(box);
    expect(moved(box, "ArrowDown", false, 100, 100)).toEqual({ ...box, y: 66 });
    expect(moved(box, "ArrowRight", true, 100, 100)).toEqual({ ...box, width: 48 });
    expect(moved(box, "ArrowUp", true, 100, 100)).toEqual({ ...box, height: 16 });
    expect(moved(box, "a", false, 100, 100)).toBeNull();
  });

  it("leaves at most a few colours in the box, and everything outside as it was", () => {
    const width = 40;
    const pixels = new Uint8ClampedArray(width * 40 * 4).map((_, at) => (at * 37) % 251);
    const before = pixels.slice();
    const box: Box = { x: 8, y: 8, width: 24, height: 24 };
    cover(pixels, width, box);
    const colours = new Set<string>();
    for (let y = 0; y < 40; y++) {
      for (let x = 0; x < width; x++) {
        const at = (y * width + x) * 4;
        const within = x >= 8 && x < 32 && y >= 8 && y < 32;
        if (within) colours.add(pixels.slice(at, at + 3).join());
        else expect(pixels.slice(at, at + 4)).toEqual(before.slice(at, at + 4));
      }
    }
    expect(colours.size).toBeLessThanOrEqual(16);
  });
});

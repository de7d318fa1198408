import { describe, expect, it } from "vitest";
import { type Extent, project, readExtent, resolutionOf, unproject, viewFitting, viewOverSvg, zoomOf } from "../src/map/view";

/** What a browser does: the matrix by which an SVG with `preserveAspectRatio="xMidYMid meet"` is put into a box. */
function meet(viewBox: { x: number; y: number; width: number; height: number }, box: { left: number; top: number; width: number; height: number }) {
  const scale = Math.min(box.width / viewBox.width, box.height / viewBox.height);
  return {
    a: scale,
    d: scale,
    e: box.left + (box.width - viewBox.width * scale) / 2 - viewBox.x * scale,
    f: box.top + (box.height - viewBox.height * scale) / 2 - viewBox.y * scale,
  };
}

describe("Web Mercator", () => {
  it("agrees with the published example of EPSG:3857 (Guidance Note 7-2: 24°22'54.433\"N, 100°20'0\"W)", () => {
    const [x, y] = project(-(100 + 20 / 60), 24 + 22 / 60 + 54.433 / 3600);
    expect(x).toBeCloseTo(-11169055.58, 1);
    expect(y).toBeCloseTo(2800000.0, 0);
  });

  it("comes back to where it started", () => {
    const [lon, lat] = unproject(...project(120.744, 31.653));
    expect(lon).toBeCloseTo(120.744, 9);
    expect(lat).toBeCloseTo(31.653, 9);
  });

  it("turns zoom into resolution and back", () => {
    expect(resolutionOf(0)).toBeCloseTo(156543.0339, 3);
    expect(zoomOf(resolutionOf(12.34))).toBeCloseTo(12.34, 9);
  });
});

describe("taking over from the SVG", () => {
  const extent: Extent = [13_443_000, 3_715_000, 13_464_000, 3_732_000];
  const viewBox = { x: 10, y: 20, width: 1000, height: (1000 * 17) / 21 };

  for (const [name, box] of Object.entries({
    "a tall phone": { left: 0, top: 56, width: 390, height: 520 },
    "a wide tablet": { left: 76, top: 0, width: 640, height: 768 },
    "a scrolled page": { left: 16.5, top: -240.25, width: 1200, height: 700 },
  })) {
    it(`puts every point on its pixel: ${name}`, () => {
      const matrix = meet(viewBox, box);
      const view = viewOverSvg(extent, viewBox, matrix, box);
      for (const [fx, fy] of [[0, 0], [1, 0], [0.3, 0.8], [1, 1]] as const) {
        const x = extent[0] + fx * (extent[2] - extent[0]);
        const y = extent[3] - fy * (extent[3] - extent[1]);
        const svg = [matrix.a * (viewBox.x + fx * viewBox.width) + matrix.e, matrix.d * (viewBox.y + fy * viewBox.height) + matrix.f];
        const map = [box.left + box.width / 2 + (x - view.center[0]) / view.resolution, box.top + box.height / 2 - (y - view.center[1]) / view.resolution];
        expect(map[0]).toBeCloseTo(svg[0] as number, 6);
        expect(map[1]).toBeCloseTo(svg[1] as number, 6);
      }
    });
  }

  it("holds where the map is larger than the SVG", () => {
    const svgBox = { left: 100, top: 100, width: 300, height: 300 };
    const matrix = meet(viewBox, svgBox);
    const view = viewOverSvg(extent, viewBox, matrix, { left: 0, top: 0, width: 800, height: 600 });
    const left = 400 + (extent[0] - view.center[0]) / view.resolution;
    expect(left).toBeCloseTo(100, 6);
  });

  it("reads only extents that have a size", () => {
    expect(readExtent("1,2, 3 4")).toEqual([1, 2, 3, 4]);
    for (const bad of [null, "", "1,2,3", "1,2,3,x", "3,2,1,4", "1,2,3,2"]) expect(readExtent(bad)).toBeNull();
  });
});

describe("fitting", () => {
  it("keeps all of it inside the padding", () => {
    const view = viewFitting([0, 0, 2000, 1000], 448, 1048, 24);
    expect(view.center).toEqual([1000, 500]);
    expect(view.resolution).toBe(5);
  });

  it("does not fail where there is no room", () => {
    expect(Number.isFinite(viewFitting([0, 0, 10, 10], 0, 0).resolution)).toBe(true);
  });
});

// A coverage of polygons made from a seed: neighbours share every vertex, as real grids do.

/** mulberry32: small, and the same everywhere. */
export function random(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const RADIUS = 6378137;
export const project = ([lon, lat]) => [(RADIUS * lon * Math.PI) / 180, RADIUS * Math.log(Math.tan(Math.PI / 4 + (lat * Math.PI) / 360))];
const BOX = { lon: 120.55, lat: 31.5, width: 0.5, height: 0.32 };

/** `side`² polygons in rows, each edge broken into `parts`; FeatureCollection of the children and of their parent, whose code is `node`. */
export function coverage({ side, parts = 6, seed = 1, node = "320581" }) {
  const next = random(seed);
  const cell = [BOX.width / side, BOX.height / side];
  const inner = (i) => i > 0 && i < side;
  const corners = Array.from({ length: side + 1 }, (_, row) =>
    Array.from({ length: side + 1 }, (_, column) => [
      BOX.lon + cell[0] * (column + (inner(column) ? (next() - 0.5) * 0.5 : 0)),
      BOX.lat + cell[1] * (row + (inner(row) ? (next() - 0.5) * 0.5 : 0)),
    ]),
  );
  /** Points from one corner up to, not with, the next; bent, but the border stays straight. */
  const edge = (from, to, straight) =>
    Array.from({ length: parts }, (_, i) => {
      const t = i / parts;
      const bend = (axis) => (straight || i === 0 ? 0 : (next() - 0.5) * cell[axis] * 0.08);
      return [from[0] + (to[0] - from[0]) * t + bend(0), from[1] + (to[1] - from[1]) * t + bend(1)];
    });
  const across = corners.map((line, row) => line.slice(1).map((to, column) => [...edge(line[column], to, !inner(row)), to]));
  const up = corners.slice(1).map((line, row) => line.map((to, column) => [...edge(corners[row][column], to, !inner(column)), to]));
  const rounded = (ring) => ring.map(([lon, lat]) => [Number(lon.toFixed(6)), Number(lat.toFixed(6))]);
  const polygon = (properties, ring) => ({ type: "Feature", properties, geometry: { type: "Polygon", coordinates: [rounded(ring)] } });

  const features = [];
  for (let row = 0; row < side; row++) {
    for (let column = 0; column < side; column++) {
      const number = String(row * side + column + 1);
      features.push(
        polygon({ code: `${node}${number.padStart(6, "0")}`, name: `第 ${number} 网格`, leaf: column % 2 === 1 }, [
          ...across[row][column],
          ...up[row][column + 1].slice(1),
          ...across[row + 1][column].toReversed().slice(1),
          ...up[row][column].toReversed().slice(1),
        ]),
      );
    }
  }
  const outline = [
    ...across[0].flatMap((part) => part.slice(0, -1)),
    ...up.flatMap((line) => line[side].slice(0, -1)),
    ...across[side].toReversed().flatMap((part) => part.toReversed().slice(0, -1)),
    ...up.toReversed().flatMap((line) => line[0].toReversed().slice(0, -1)),
    corners[0][0],
  ];
  features.push(polygon({ code: node, name: "示例市" }, outline));
  return { type: "FeatureCollection", features };
}

/** The inert SVG that a server would send for it: at most `most` shapes, and the outline. */
export function picture(collection, { most = 500, node = "320581" } = {}) {
  const [minx, miny] = project([BOX.lon, BOX.lat]);
  const [maxx, maxy] = project([BOX.lon + BOX.width, BOX.lat + BOX.height]);
  const scale = 1000 / (maxx - minx);
  const path = (feature) =>
    `M${feature.geometry.coordinates[0]
      .map(project)
      .map(([x, y]) => `${((x - minx) * scale).toFixed(2)} ${((maxy - y) * scale).toFixed(2)}`)
      .join("L")}Z`;
  const outline = collection.features.find((feature) => feature.properties.code === node);
  const shapes = collection.features.filter((feature) => feature !== outline).slice(0, most);
  return `<svg viewBox="0 0 1000 ${((maxy - miny) * scale).toFixed(3)}" preserveAspectRatio="xMidYMid meet" data-extent="${minx},${miny},${maxx},${maxy}" aria-hidden="true">${shapes
    .map((feature) => `<path class="shape" data-code="${feature.properties.code}" d="${path(feature)}"/>`)
    .join("")}<path class="outline" d="${path(outline)}"/></svg>`;
}

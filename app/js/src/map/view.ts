// Where the view has to stand. Pure arithmetic in EPSG:3857; no OpenLayers here, so that it is tested as it is.

/** Radius of the sphere of EPSG:3857, in metres. */
const RADIUS = 6378137;
/** Metres a CSS pixel at zoom 0 with tiles of 256 px. */
const RESOLUTION_0 = (2 * Math.PI * RADIUS) / 256;

/** minx, miny, maxx, maxy. */
export type Extent = [number, number, number, number];

export interface ViewState {
  /** EPSG:3857 metres. */
  center: [number, number];
  /** Metres a CSS pixel. */
  resolution: number;
}

/** The part of a DOMMatrix that an SVG without rotation or skew has. */
export interface ScreenMatrix {
  a: number;
  d: number;
  e: number;
  f: number;
}

export interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

export const zoomOf = (resolution: number): number => Math.log2(RESOLUTION_0 / resolution);
export const resolutionOf = (zoom: number): number => RESOLUTION_0 / 2 ** zoom;

/** Degrees to EPSG:3857 metres. */
export function project(lon: number, lat: number): [number, number] {
  const radians = Math.PI / 180;
  return [RADIUS * lon * radians, RADIUS * Math.log(Math.tan(Math.PI / 4 + (lat * radians) / 2))];
}

/** EPSG:3857 metres to degrees. */
export function unproject(x: number, y: number): [number, number] {
  const degrees = 180 / Math.PI;
  return [(x / RADIUS) * degrees, (2 * Math.atan(Math.exp(y / RADIUS)) - Math.PI / 2) * degrees];
}

/** Four finite numbers with a positive size, separated by commas or spaces; else null. */
export function readExtent(text: string | null | undefined): Extent | null {
  const parts = (text ?? "").trim().split(/[\s,]+/).map(Number);
  if (parts.length !== 4 || !parts.every(Number.isFinite)) return null;
  const [minx, miny, maxx, maxy] = parts as Extent;
  return maxx > minx && maxy > miny ? [minx, miny, maxx, maxy] : null;
}

/**
 * The view at which every point of the map falls on the pixel where the SVG has it.
 *
 * `extent` is what the SVG's viewBox covers, in metres; `matrix` takes its user units to CSS pixels of the window (as
 * `getScreenCTM()` says, so preserveAspectRatio, padding and page zoom are in it already); `box` is where the map is, in the same pixels.
 */
export function viewOverSvg(extent: Extent, viewBox: { x: number; y: number; width: number; height: number }, matrix: ScreenMatrix, box: Box): ViewState {
  const perUnitX = (extent[2] - extent[0]) / viewBox.width;
  const perUnitY = (extent[3] - extent[1]) / viewBox.height;
  const unitX = (box.left + box.width / 2 - matrix.e) / matrix.a;
  const unitY = (box.top + box.height / 2 - matrix.f) / matrix.d;
  return {
    center: [extent[0] + (unitX - viewBox.x) * perUnitX, extent[3] - (unitY - viewBox.y) * perUnitY],
    resolution: perUnitX / matrix.a,
  };
}

/** The view that shows all of `extent` with `padding` CSS pixels around it. */
export function viewFitting(extent: Extent, width: number, height: number, padding = 24): ViewState {
  const room = (size: number) => Math.max(size - 2 * padding, 1);
  return {
    center: [(extent[0] + extent[2]) / 2, (extent[1] + extent[3]) / 2],
    resolution: Math.max((extent[2] - extent[0]) / room(width), (extent[3] - extent[1]) / room(height)),
  };
}

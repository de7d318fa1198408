// 天地图 as WMTS: vector or image with its annotation, in either of its two matrix sets.

import { addEquivalentProjections, addEquivalentTransforms, addProjection, get as getProjection, Projection } from "ol/proj";
import { fromEPSG4326, toEPSG4326 } from "ol/proj/epsg3857";
import TileLayer from "ol/layer/Tile";
import WMTS from "ol/source/WMTS";
import WMTSTileGrid from "ol/tilegrid/WMTS";
import type { Basemap } from "./options";

const TIANDITU = "https://t{s}.tianditu.gov.cn/{layer}_{matrix}/wmts";
const ANNOTATION = { vec: "cva", img: "cia" } as const;
const LEVELS = 18;

/**
 * EPSG:4490 (CGCS2000 in degrees). Its ellipsoid and frame differ from WGS84's by centimetres, far below a pixel of a
 * tile, so its coordinates are taken as EPSG:4326's; that saves the 40 KB of proj4.
 */
function cgcs2000(): Projection {
  const known = getProjection("EPSG:4490");
  if (known) return known;
  const projection = new Projection({ code: "EPSG:4490", units: "degrees", extent: [-180, -90, 180, 90] });
  addProjection(projection);
  addEquivalentProjections([getProjection("EPSG:4326") as Projection, projection]);
  addEquivalentTransforms([projection], [getProjection("EPSG:3857") as Projection], fromEPSG4326, toEPSG4326);
  return projection;
}

function grid(matrix: "c" | "w"): { projection: Projection; tileGrid: WMTSTileGrid } {
  const projection = matrix === "c" ? cgcs2000() : (getProjection("EPSG:3857") as Projection);
  const [minx, , maxx, maxy] = projection.getExtent() as [number, number, number, number];
  // Level 1 of either set is two tiles of 256 px across the world.
  const levels = Array.from({ length: LEVELS }, (_, i) => i + 1);
  return {
    projection,
    tileGrid: new WMTSTileGrid({
      origin: [minx, maxy],
      resolutions: levels.map((level) => (maxx - minx) / 256 / 2 ** level),
      matrixIds: levels.map(String),
    }),
  };
}

/** The layer of `kind` and its annotation, bottom first. `failed` is called for each tile that could not be had. */
export function basemapLayers(basemap: Basemap, kind: "vec" | "img", failed: () => void): TileLayer<WMTS>[] {
  const { projection, tileGrid } = grid(basemap.matrix);
  return [kind, ANNOTATION[kind]].map((layer) => {
    const template = (basemap.url ?? TIANDITU).replaceAll("{layer}", layer).replaceAll("{matrix}", basemap.matrix);
    const address = (host: string) => `${template.replaceAll("{s}", host)}${template.includes("?") ? "&" : "?"}tk=${encodeURIComponent(basemap.key)}`;
    const hosts = template.includes("{s}") ? ["0", "1", "2", "3", "4", "5", "6", "7"] : [""];
    const source = new WMTS({
      urls: hosts.map(address),
      layer,
      style: "default",
      format: "tiles",
      matrixSet: basemap.matrix,
      version: "1.0.0",
      projection,
      tileGrid,
      wrapX: true,
      crossOrigin: "anonymous",
    });
    source.on("tileloaderror", failed);
    return new TileLayer({ source, className: `ol-layer map-${layer}` });
  });
}

// The shapes: fetched once, split into the node's outline and its children.

import type Feature from "ol/Feature";
import GeoJSON from "ol/format/GeoJSON";
import type { Polygon, MultiPolygon } from "ol/geom";

export type Shape = Feature<Polygon | MultiPolygon>;

export interface Shapes {
  outline: Shape[];
  children: Shape[];
}

const codeOf = (shape: Shape): string => String(shape.get("code") ?? "");

/** Rejects with an Error in Chinese. Aborting `signal` rejects with its AbortError. */
export async function loadShapes(url: string, node: string, signal: AbortSignal): Promise<Shapes> {
  const response = await fetch(url, { signal, credentials: "same-origin", headers: { accept: "application/geo+json" } }).catch((error: unknown) => {
    if (signal.aborted) throw error;
    throw new Error("地图数据没有打开，请检查网络后再试。");
  });
  if (response.status === 401) throw new Error("登录已过期，请重新登录后再看地图。");
  if (response.status === 403 || response.status === 404) throw new Error("这里没有可以看的地图。");
  if (!response.ok) throw new Error("地图数据没有打开，请稍后再试。");
  const format = new GeoJSON({ featureProjection: "EPSG:3857" });
  let shapes: Shape[];
  try {
    shapes = format.readFeatures(await response.json()) as Shape[];
  } catch (error) {
    if (signal.aborted) throw error;
    throw new Error("地图数据不完整，请稍后再试。");
  }
  shapes = shapes.filter((shape) => shape.getGeometry() && codeOf(shape));
  for (const shape of shapes) shape.setId(codeOf(shape));
  return {
    outline: shapes.filter((shape) => codeOf(shape) === node),
    children: shapes.filter((shape) => codeOf(shape) !== node),
  };
}

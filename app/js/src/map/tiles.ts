// What is drawn from the server's vector tiles, over the shapes of the node: borders of everything, buildings, who works where, points. Loaded
// when the first such layer is wanted; most visits want none.

import type { Coordinate } from "ol/coordinate";
import type { FeatureLike } from "ol/Feature";
import VectorTileLayer from "ol/layer/VectorTile";
import type OlMap from "ol/Map";
import type { Theme } from "./theme";
import { LEVELS, tileSource } from "./tile-source";
import { tileStyle } from "./tile-style";

/** A layer that the page offers. */
export interface TileLayer {
  code: string;
  /** With {z}, {x} and {y}. */
  tiles: string;
}

/** What a press on a layer asks for. */
export type Press = { kind: "open"; layer: string; id: string } | { kind: "nearer"; at: Coordinate } | { kind: "select"; code: string };

/** CSS pixels around a finger. */
const NEAR = 8;

export class TileLayers {
  readonly #shown = new Map<string, VectorTileLayer>();
  /** Where each has its tiles from. */
  readonly #from = new Map<string, string>();
  /** Layers whose tiles have changed since the browser may have kept them. */
  readonly #changed = new Set<string>();

  constructor(
    private readonly map: OlMap,
    private readonly failed: (error: Error) => void,
  ) {}

  show(wanted: TileLayer[], theme: Theme): void {
    for (const [code, layer] of this.#shown) {
      // One that is narrowed otherwise is another one.
      if (wanted.some((one) => one.code === code && one.tiles === this.#from.get(code))) continue;
      this.map.removeLayer(layer);
      layer.dispose();
      this.#shown.delete(code);
    }
    for (const one of wanted) {
      if (this.#shown.has(one.code)) continue;
      const layer = new VectorTileLayer({
        source: tileSource({
          url: one.tiles,
          cache: () => (this.#changed.has(one.code) ? "no-cache" : "default"),
          failed: () => this.failed(new Error("有一部分图层没有打开，请检查网络，挪一下地图再试。")),
        }),
        className: `ol-layer map-tiles-${one.code}`,
        declutter: one.code,
        minZoom: LEVELS.minZoom,
      });
      this.#shown.set(one.code, layer);
      this.#from.set(one.code, one.tiles);
      this.map.addLayer(layer);
    }
    // Over the shapes, under what is marked; borders lowest, then people, then points, in the order offered.
    wanted.forEach((one, at) => this.#shown.get(one.code)?.setZIndex(21 + at));
    this.draw(theme);
  }

  draw(theme: Theme): void {
    for (const layer of this.#shown.values()) layer.setStyle(tileStyle(theme));
  }

  /** Fetches the layer's tiles again, past what the browser has kept. */
  refresh(code: string): void {
    this.#changed.add(code);
    this.#shown.get(code)?.getSource()?.refresh();
  }

  /** What lies under the finger, the topmost layer first; among areas the innermost. */
  at(pixel: number[]): Press | null {
    const found: { layer: string; feature: FeatureLike }[] = [];
    this.map.forEachFeatureAtPixel(pixel, (feature, layer) => void found.push({ layer: this.#codeOf(layer), feature }), {
      layerFilter: (layer) => this.#codeOf(layer) !== "",
      hitTolerance: NEAR,
    });
    const point = found.find(({ feature }) => feature.getGeometry()?.getType() === "Point" && feature.get("layer") !== "names");
    if (point) return pressOf(point.layer, point.feature, this.map.getCoordinateFromPixel(pixel));
    const thing = found.find(({ feature }) => feature.get("id"));
    if (thing) return pressOf(thing.layer, thing.feature, this.map.getCoordinateFromPixel(pixel));
    const codes = found.map(({ feature }) => String(feature.get("code") ?? "")).sort((a, b) => b.length - a.length);
    return codes[0] ? { kind: "select", code: codes[0] } : null;
  }

  #codeOf(layer: unknown): string {
    for (const [code, one] of this.#shown) if (one === layer) return code;
    return "";
  }
}

function pressOf(layer: string, feature: FeatureLike, at: Coordinate): Press {
  const id = feature.get("id") as string | undefined;
  if (id) return { kind: "open", layer, id };
  const code = feature.get("code") as string | undefined;
  return code ? { kind: "select", code } : { kind: "nearer", at };
}

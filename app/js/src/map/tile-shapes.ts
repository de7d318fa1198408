// The children of a node that has too many of them for one file: drawn, found and marked by the server's vector tiles. Loaded for such
// a node only.

import { createEmpty, extend, intersects } from "ol/extent";
import VectorTileLayer from "ol/layer/VectorTile";
import type OlMap from "ol/Map";
import type RenderFeature from "ol/render/Feature";
import type { Found, Under } from "./layers";
import { childStyle, type Drawing, markStyle, nameStyle } from "./style";
import { tileSource } from "./tile-source";

export class TileShapes {
  /** What the tiles that have come so far say of each child: of one that is cut by their sides, all pieces together. */
  readonly #known = new Map<string, Found>();
  readonly #base: VectorTileLayer;
  readonly #marks: VectorTileLayer;
  #marked: Record<string, "hover" | "select"> = {};

  constructor(
    private readonly map: OlMap,
    url: string,
    failed: () => void,
  ) {
    const source = tileSource({ url, cache: () => "default", read: (features) => this.#learn(features), failed });
    this.#base = new VectorTileLayer({ source, zIndex: 10, declutter: true });
    // The same tiles once more, so that what is marked lies over everything and is drawn anew by itself.
    this.#marks = new VectorTileLayer({ source, zIndex: 30, renderMode: "vector" });
    map.addLayer(this.#base);
    map.addLayer(this.#marks);
  }

  draw(drawing: Drawing): void {
    const [child, name, mark] = [childStyle(drawing, false), nameStyle(drawing), markStyle(drawing.theme)];
    this.#base.setStyle((feature, resolution) => (feature.get("layer") === "areas" ? child : name)(feature, resolution));
    this.#marks.setStyle((feature, resolution) => {
      const kind = feature.get("layer") === "areas" ? this.#marked[String(feature.get("code"))] : undefined;
      return kind && mark(feature, resolution, kind);
    });
  }

  find(code: string): Found | null {
    return this.#known.get(code) ?? null;
  }

  at({ pixel }: Under): string | null {
    const code = this.map.forEachFeatureAtPixel(pixel, (feature) => (feature.get("layer") === "areas" ? String(feature.get("code")) : undefined), {
      layerFilter: (layer) => layer === this.#base,
    });
    return code ?? null;
  }

  within(view: number[]): string[] {
    return [...this.#known].filter(([, { extent }]) => intersects(extent, view)).map(([code]) => code);
  }

  mark(pointed: string | null, selected: string | null): void {
    this.#marked = { ...(pointed !== null && { [pointed]: "hover" as const }), ...(selected !== null && { [selected]: "select" as const }) };
    this.#marks.changed();
  }

  dispose(): void {
    for (const layer of [this.#base, this.#marks]) {
      this.map.removeLayer(layer);
      layer.dispose();
    }
  }

  #learn(features: RenderFeature[]): void {
    for (const feature of features) {
      if (feature.get("layer") !== "areas") continue;
      const code = String(feature.get("code"));
      const found = this.#known.get(code) ?? { extent: createEmpty(), leaf: feature.get("leaf") === true };
      extend(found.extent, feature.getExtent());
      this.#known.set(code, found);
    }
  }
}

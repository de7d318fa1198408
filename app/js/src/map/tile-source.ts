// Vector tiles of the server's, as OpenLayers fetches them.

import MVT from "ol/format/MVT";
import type RenderFeature from "ol/render/Feature";
import VectorTileSource from "ol/source/VectorTile";
import { createXYZ } from "ol/tilegrid";
import TileState from "ol/TileState";
import type VectorTile from "ol/VectorTile";

/** The levels that the server makes; nearer, the last one is enlarged. */
export const LEVELS = { minZoom: 6, maxZoom: 14 };
/** Side of a tile in CSS pixels. */
const SIDE = 512;

export interface Wanted {
  /** With {z}, {x} and {y}. */
  url: string;
  /** Whether what the browser has kept may do. */
  cache: () => RequestCache;
  read?: (features: RenderFeature[]) => void;
  failed: () => void;
}

export function tileSource({ url, cache, read, failed }: Wanted): VectorTileSource {
  return new VectorTileSource({
    format: new MVT(),
    url,
    tileGrid: createXYZ({ ...LEVELS, tileSize: SIDE }),
    tileLoadFunction: (tile, address) => {
      const vector = tile as VectorTile<RenderFeature>;
      vector.setLoader(async (extent, _resolution, projection) => {
        try {
          const answer = await fetch(address, { credentials: "same-origin", cache: cache() });
          if (!answer.ok) throw new Error(`${answer.status}`);
          const features = vector.getFormat().readFeatures(await answer.arrayBuffer(), { extent, featureProjection: projection });
          read?.(features);
          vector.setFeatures(features);
          return features;
        } catch {
          vector.setState(TileState.ERROR);
          failed();
          return [];
        }
      });
    },
  });
}

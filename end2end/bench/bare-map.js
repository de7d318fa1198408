// The yardstick: the least that OpenLayers' own documentation says for the same shapes.

import GeoJSON from "ol/format/GeoJSON.js";
import MVT from "ol/format/MVT.js";
import VectorLayer from "ol/layer/Vector.js";
import VectorTileLayer from "ol/layer/VectorTile.js";
import Map from "ol/Map.js";
import VectorSource from "ol/source/Vector.js";
import VectorTileSource from "ol/source/VectorTile.js";
import { createXYZ } from "ol/tilegrid.js";
import View from "ol/View.js";

const [minx, miny, maxx, maxy] = document.getElementById("map").dataset.extent.split(",").map(Number);
const tileGrid = createXYZ({ minZoom: 6, maxZoom: 14, tileSize: 512 });
const tiles = (layer) => new VectorTileLayer({ source: new VectorTileSource({ format: new MVT(), url: `/layers/${layer}/{z}-{x}-{y}.mvt`, tileGrid }) });
const over = location.search ? ["areas", "staff", "points"].map(tiles) : [];
const map = new Map({
  target: "map",
  layers: [new VectorLayer({ source: new VectorSource({ url: "/data.geojson", format: new GeoJSON() }) }), ...over],
  view: new View({ center: [(minx + maxx) / 2, (miny + maxy) / 2], zoom: 10 }),
});
map.getView().fit([minx, miny, maxx, maxy]);
map.on("rendercomplete", () => {
  if (map.getAllLayers()[0].getSource().getFeatures().length) window.finished ??= performance.now();
});

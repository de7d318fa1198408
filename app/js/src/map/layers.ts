// The layers of shapes: children, their parent's outline, what is pointed at or selected, where the person is.

import { intersects } from "ol/extent";
import Feature from "ol/Feature";
import { circular } from "ol/geom/Polygon";
import Point from "ol/geom/Point";
import VectorLayer from "ol/layer/Vector";
import VectorImageLayer from "ol/layer/VectorImage";
import type OlMap from "ol/Map";
import VectorSource from "ol/source/Vector";
import CircleStyle from "ol/style/Circle";
import Fill from "ol/style/Fill";
import Stroke from "ol/style/Stroke";
import Style from "ol/style/Style";
import type { Shape, Shapes } from "./data";
import type { Located } from "./locate";
import { childStyle, type Drawing, markStyle, outlineStyle } from "./style";
import { css } from "./theme";
import type { TileShapes } from "./tile-shapes";
import { project } from "./view";

/** What is known of a child. */
export interface Found {
  extent: number[];
  /** Has nothing below. */
  leaf: boolean;
}

/** Where a finger or a pointer is: on the ground and on the screen. */
export interface Under {
  coordinate: number[];
  pixel: number[];
}

/** From this many shapes on, moving the map moves a picture of them, drawn anew when it rests: a frame costs the same however many there are. */
const MANY = 1500;

export class ShapeLayers {
  readonly #children = new VectorSource<Shape>();
  readonly #outline = new VectorSource<Shape>();
  readonly #marks = new VectorSource<Feature>({ useSpatialIndex: false });
  readonly #here = new VectorSource<Feature>({ useSpatialIndex: false });
  readonly #outlineLayer = new VectorLayer({ source: this.#outline, zIndex: 20, updateWhileAnimating: true });
  readonly #marksLayer = new VectorLayer({ source: this.#marks, zIndex: 30, updateWhileAnimating: true, updateWhileInteracting: true });
  readonly #hereLayer = new VectorLayer({ source: this.#here, zIndex: 40, updateWhileAnimating: true });
  #childLayer: VectorLayer<VectorSource<Shape>> | VectorImageLayer<VectorSource<Shape>> | null = null;
  /** The children, where they are too many for one file. */
  #tiled: TileShapes | null = null;

  constructor(private readonly map: OlMap) {
    for (const layer of [this.#outlineLayer, this.#marksLayer, this.#hereLayer]) map.addLayer(layer);
  }

  put({ outline, children }: Shapes, drawing: Drawing, tiled: TileShapes | null = null): void {
    if (this.#childLayer) this.map.removeLayer(this.#childLayer);
    this.#childLayer = null;
    this.#tiled?.dispose();
    this.#tiled = tiled;
    this.#children.clear(true);
    this.#outline.clear(true);
    this.#marks.clear(true);
    this.#outline.addFeatures(outline);
    if (tiled) {
      this.draw(drawing);
      return;
    }
    this.#children.addFeatures(children);
    const options = { source: this.#children, zIndex: 10, declutter: true };
    this.#childLayer =
      children.length >= MANY
        ? new VectorImageLayer({ ...options, imageRatio: 1.5 })
        : new VectorLayer({ ...options, updateWhileAnimating: true, updateWhileInteracting: true });
    this.draw(drawing);
    this.map.addLayer(this.#childLayer);
  }

  draw(drawing: Drawing): void {
    this.#childLayer?.setStyle(childStyle(drawing));
    this.#tiled?.draw(drawing);
    this.#outlineLayer.setStyle(outlineStyle(drawing.theme));
    this.#marksLayer.setStyle(markStyle(drawing.theme));
    this.#hereLayer.setStyle(
      new Style({
        fill: new Fill({ color: css(drawing.theme.hover, 0.15) }),
        stroke: new Stroke({ color: css(drawing.theme.hover), width: 1.5 }),
        image: new CircleStyle({
          radius: 8,
          fill: new Fill({ color: css(drawing.theme.hover) }),
          stroke: new Stroke({ color: css(drawing.theme.halo), width: 3 }),
        }),
      }),
    );
  }

  #shape(code: string | null): Shape | null {
    return code === null ? null : ((this.#children.getFeatureById(code) as Shape | null) ?? null);
  }

  /** A child, of tiles one that has been seen. */
  find(code: string | null): Found | null {
    if (this.#tiled && code !== null) return this.#tiled.find(code);
    const shape = this.#shape(code);
    const extent = shape?.getGeometry()?.getExtent();
    return shape && extent ? { extent, leaf: shape.get("leaf") === true } : null;
  }

  /** The child under a pointer: asked of the spatial index, not of the drawn pixels, so it costs nothing with ten thousand. */
  at(under: Under): string | null {
    if (this.#tiled) return this.#tiled.at(under);
    return (this.#children.getFeaturesAtCoordinate(under.coordinate)[0]?.getId() as string | undefined) ?? null;
  }

  /** The codes of the children in a view, in order. */
  within(view: number[]): string[] {
    const codes = this.#tiled
      ? this.#tiled.within(view)
      : this.#children.getFeatures().filter((shape) => intersects(shape.getGeometry()?.getExtent() ?? [], view)).map((shape) => String(shape.getId()));
    return codes.sort();
  }

  /** Minimal extent of the node: its outline, or its children where no outline came. */
  extent(): number[] | null {
    const source = this.#outline.isEmpty() ? this.#children : this.#outline;
    return source.isEmpty() ? null : source.getExtent();
  }

  mark(pointed: string | null, selected: string | null): void {
    this.#marks.clear(true);
    this.#tiled?.mark(pointed, selected);
    for (const [code, mark] of [[pointed === selected ? null : pointed, "hover"], [selected, "select"]] as const) {
      const geometry = this.#shape(code)?.getGeometry();
      if (geometry) this.#marks.addFeature(new Feature({ geometry, mark }));
    }
  }

  here({ lon, lat, accuracy }: Located): void {
    this.#here.clear(true);
    const circle = circular([lon, lat], accuracy, 64).transform("EPSG:4326", "EPSG:3857");
    this.#here.addFeatures([new Feature(circle), new Feature(new Point(project(lon, lat)))]);
  }
}

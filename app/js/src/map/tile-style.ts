// How the layers of vector tiles look. The server names each layer in the tile; see the pillar `grid`, `server/tiles`.

import type { FeatureLike } from "ol/Feature";
import CircleStyle from "ol/style/Circle";
import Fill from "ol/style/Fill";
import RegularShape from "ol/style/RegularShape";
import Stroke from "ol/style/Stroke";
import Style, { type StyleFunction } from "ol/style/Style";
import Text from "ol/style/Text";
import { css, type Theme } from "./theme";

/** From here on, in metres a pixel, a point's name stands beside it (about zoom 16). */
const NAMED = 2.5;
/** Line widths by level, the upper the wider; a grid's is the finest. */
const WIDTHS: Record<string, number> = { district: 3, street: 2.5, community: 1.75, grid: 1, micro_grid: 0.75 };

/** Radius of a circle that says `many`, in CSS pixels: it grows with the figure's length, not with the figure. */
const radiusOf = (many: number): number => 12 + 3 * String(many).length;

export function tileStyle(theme: Theme): StyleFunction {
  const kept = new Map<string, Style | Style[]>();
  const once = (key: string, make: () => Style | Style[]) => {
    let style = kept.get(key);
    if (!style) kept.set(key, (style = make()));
    return style;
  };
  const bold = `650 ${theme.labelSize}px ${theme.fontFamily}`;
  const ring = new Stroke({ color: css(theme.halo), width: 2 });
  const on = (text: string, ink: string) => new Text({ text, font: bold, fill: new Fill({ color: ink }), declutterMode: "none" });
  const beside = (text: string, by: number) =>
    new Text({ text, font: bold, offsetY: by, fill: new Fill({ color: css(theme.label) }), stroke: new Stroke({ color: css(theme.halo), width: 4 }) });

  const looks: Record<string, (feature: FeatureLike, resolution: number) => Style | Style[] | undefined> = {
    areas(feature) {
      const level = String(feature.get("level"));
      return once(`areas ${level}`, () => {
        const width = WIDTHS[level] ?? 1;
        // Not quite without a fill, or a press inside would not find it.
        return new Style({ fill: new Fill({ color: css(theme.fill, 0.01) }), stroke: new Stroke({ color: css(theme.outline, 0.7), width, lineJoin: "round" }), zIndex: width });
      });
    },
    names: (feature) => new Style({ text: beside(String(feature.get("label")), 0) }),
    staff(feature) {
      const workers = Number(feature.get("workers"));
      // A square is people, a circle is a place; nobody at all is a gap, and drawn as one.
      return once(`staff ${workers}`, () => {
        const radius = radiusOf(workers) * 1.15;
        const shape = { points: 4, angle: Math.PI / 4, radius, declutterMode: "none" as const };
        return workers > 0
          ? new Style({ image: new RegularShape({ ...shape, fill: new Fill({ color: css(theme.hover) }), stroke: ring }), text: on(`${workers}`, css(theme.halo)) })
          : new Style({ image: new RegularShape({ ...shape, fill: new Fill({ color: css(theme.paper) }), stroke: new Stroke({ color: css(theme.outline), width: 2, lineDash: [4, 3] }) }), text: on("缺", css(theme.label)) });
      });
    },
    buildings(feature, resolution) {
      const many = Number(feature.get("buildings") ?? 0);
      const shape = (radius: number, fill: string) => new RegularShape({ points: 4, angle: Math.PI / 4, radius, fill: new Fill({ color: fill }), stroke: ring, declutterMode: "none" });
      if (many > 0) return once(`buildings ${many}`, () => new Style({ image: shape(radiusOf(many) * 1.15, css(theme.outline)), text: on(`${many}`, css(theme.halo)) }));
      if (feature.getGeometry()?.getType() !== "Point") {
        return once("building", () => new Style({ fill: new Fill({ color: css(theme.hover, 0.18) }), stroke: new Stroke({ color: css(theme.hover), width: 1.75, lineJoin: "round" }) }));
      }
      const named = resolution <= NAMED ? [new Style({ text: beside(String(feature.get("name")), feature.get("outlined") ? 0 : theme.labelSize * 1.5) })] : [];
      // The outline says where it is; its point carries the name alone.
      return feature.get("outlined") ? named : [once("building point", () => new Style({ image: shape(theme.labelSize * 0.75, css(theme.hover)) })) as Style, ...named];
    },
    points(feature, resolution) {
      const many = Number(feature.get("points") ?? 0);
      if (many > 0) {
        const image = (radius: number) => new CircleStyle({ radius, fill: new Fill({ color: css(theme.outline) }), stroke: ring, declutterMode: "none" });
        return once(`many ${many}`, () => new Style({ image: image(radiusOf(many)), text: on(`${many}`, css(theme.halo)) }));
      }
      const mark = String(feature.get("mark"));
      const image = () => new CircleStyle({ radius: theme.labelSize, fill: new Fill({ color: css(theme.paper) }), stroke: new Stroke({ color: css(theme.hover), width: 2.5 }), declutterMode: "none" });
      const point = once(`point ${mark}`, () => new Style({ image: image(), text: on(mark, css(theme.hover)) })) as Style;
      return resolution > NAMED ? point : [point, new Style({ text: beside(String(feature.get("name")), theme.labelSize * 2) })];
    },
  };
  return (feature, resolution) => looks[String(feature.get("layer"))]?.(feature, resolution);
}

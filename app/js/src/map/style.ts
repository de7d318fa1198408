// How shapes are drawn. Styles are made once a theme and figure, not once a feature: ten thousand features ask for one each frame.

import type { FeatureLike } from "ol/Feature";
import { getWidth } from "ol/extent";
import Polygon from "ol/geom/Polygon";
import Fill from "ol/style/Fill";
import Stroke from "ol/style/Stroke";
import Style, { type StyleFunction } from "ol/style/Style";
import Text from "ol/style/Text";
import { breaksOf, classLabels, classOf, type Pattern, patternOf, shadeOf } from "./classes";
import { labelTexts, widthOf } from "./label";
import type { Figure } from "./options";
import { classFill, inkOn } from "./pattern";
import { css, type Theme } from "./theme";

export interface LegendEntry {
  label: string;
  colour: string;
  pattern: Pattern;
}

export interface Drawing {
  theme: Theme;
  figure: Figure | null;
  numbers: boolean;
  /** A base map lies below, so fills let it through. */
  overBasemap: boolean;
}

/** The classes of a figure as they are drawn. */
export function legendOf({ figure, theme }: Pick<Drawing, "figure" | "theme">): LegendEntry[] {
  if (!figure) return [];
  const labels = classLabels(figure, breaksOf(figure));
  return labels.map((label, i) => ({
    label,
    colour: css(theme.classes[shadeOf(i, labels.length)] ?? theme.fill),
    pattern: patternOf(i, labels.length),
  }));
}

function look(fill: string | CanvasPattern, ink: string, drawing: Drawing): Style {
  const { theme } = drawing;
  return new Style({
    fill: new Fill({ color: fill }),
    // Between tones a light seam reads better than a dark one; on plain ground there is nothing to see but the seam.
    stroke: new Stroke({ color: drawing.figure ? css(theme.halo) : css(theme.line, 0.55), width: 1 }),
    text: new Text({
      font: `500 ${theme.labelSize}px ${theme.fontFamily}`,
      fill: new Fill({ color: ink }),
      ...(drawing.overBasemap && { stroke: new Stroke({ color: css(theme.halo, 0.85), width: 3 }) }),
    }),
  });
}

/** The style of the children; without `names` where they stand in a layer of their own. */
export function childStyle(drawing: Drawing, names = true): StyleFunction {
  const { theme, figure } = drawing;
  const breaks = figure ? breaksOf(figure) : [];
  const alpha = drawing.overBasemap ? (figure ? 0.65 : 0.25) : 1;
  const ink = (ground: Theme["fill"]) => css(drawing.overBasemap ? theme.label : inkOn(ground, theme));
  const plain = look(css(theme.fill, alpha), ink(theme.fill), drawing);
  const classes = Array.from({ length: breaks.length + 1 }, (_, i) => {
    const ground = theme.classes[shadeOf(i, breaks.length + 1)] ?? theme.fill;
    return look(classFill(ground, patternOf(i, breaks.length + 1), alpha, theme), ink(ground), drawing);
  });

  return (feature, resolution) => {
    const value = figure?.values[feature.get("code") as string];
    const known = typeof value === "number" && Number.isFinite(value);
    const style = known ? (classes[classOf(value, breaks)] ?? plain) : plain;
    style.getText()?.setText(names ? labelOf(feature, resolution, theme.labelSize, known && drawing.numbers ? value : null) : "");
    return style;
  };
}

/** The style of a layer of the children's names. What has no room is left out by OpenLayers. */
export function nameStyle({ theme, figure, numbers }: Drawing): StyleFunction {
  const text = new Text({
    font: `500 ${theme.labelSize}px ${theme.fontFamily}`,
    fill: new Fill({ color: css(theme.label) }),
    stroke: new Stroke({ color: css(theme.halo, 0.85), width: 3 }),
  });
  const style = new Style({ text });
  return (feature) => {
    const value = numbers ? (figure?.values[String(feature.get("code"))] ?? null) : null;
    text.setText(labelTexts(String(feature.get("label") ?? ""), value)[0] ?? "");
    return style;
  };
}

/** The fullest text that fits the shape where OpenLayers will put it; asking the shape is far cheaper than measuring text that will not fit. */
function labelOf(feature: FeatureLike, resolution: number, size: number, value: number | null): string {
  const geometry = feature.getGeometry();
  if (!geometry) return "";
  const texts = labelTexts(String(feature.get("label") ?? feature.get("name") ?? ""), value);
  const fits = (units: number) => texts.find((text) => widthOf(text) * size <= units / resolution);
  // Most shapes of a large map are too small for anything, which their extent tells already.
  if (fits(getWidth(geometry.getExtent())) === undefined) return "";
  return fits(geometry instanceof Polygon ? (geometry.getFlatInteriorPoint()[2] ?? 0) : getWidth(geometry.getExtent())) ?? "";
}

export function outlineStyle(theme: Theme): Style {
  return new Style({ stroke: new Stroke({ color: css(theme.outline), width: 2.5, lineJoin: "round" }) });
}

/** What is pointed at and what is selected differ in width and in dashes, not only in colour. */
export function markStyle(theme: Theme): (feature: FeatureLike, resolution: number, kind?: "hover" | "select") => Style | Style[] {
  const hover = new Style({ stroke: new Stroke({ color: css(theme.hover), width: 3, lineDash: [6, 4], lineJoin: "round" }), zIndex: 1 });
  const select = [
    new Style({ stroke: new Stroke({ color: css(theme.halo), width: 7, lineJoin: "round" }), zIndex: 2 }),
    new Style({ stroke: new Stroke({ color: css(theme.select), width: 4, lineJoin: "round" }), zIndex: 3 }),
  ];
  return (feature, _resolution, kind = feature.get("mark")) => (kind === "select" ? select : hover);
}

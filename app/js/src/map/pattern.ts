// The same five patterns that the legend shows, drawn over a class's colour.

import { contrast, type Pattern, type Rgb } from "./classes";
import { css, type Theme } from "./theme";

/** Canvas pixels; divides 512, so that OpenLayers keeps neighbouring polygons' patterns in step. */
const TILE = 16;

const DRAW: Record<Pattern, (c: CanvasRenderingContext2D, scale: number) => void> = {
  none: () => undefined,
  dots: (c, scale) => {
    for (const [x, y] of [[4, 4], [12, 12]] as const) c.fillRect(x - scale / 2, y - scale / 2, scale, scale);
  },
  lines: (c) => strokes(c, [[0, TILE, TILE, 0]]),
  dense: (c) => strokes(c, [[0, TILE, TILE, 0], [-TILE / 2, TILE / 2, TILE / 2, -TILE / 2], [TILE / 2, TILE * 1.5, TILE * 1.5, TILE / 2]]),
  cross: (c) => strokes(c, [[0, TILE, TILE, 0], [0, 0, TILE, TILE]]),
};

function strokes(c: CanvasRenderingContext2D, lines: readonly (readonly [number, number, number, number])[]): void {
  c.beginPath();
  for (const [x1, y1, x2, y2] of lines) {
    c.moveTo(x1, y1);
    c.lineTo(x2, y2);
  }
  c.stroke();
}

/** What reads best on `ground`. */
export function inkOn(ground: Rgb, theme: Theme): Rgb {
  return contrast(theme.label, ground) >= contrast(theme.labelInverse, ground) ? theme.label : theme.labelInverse;
}

/** A fill for canvas: a plain colour, or the colour with its pattern in a quiet tone. */
export function classFill(ground: Rgb, pattern: Pattern, alpha: number, theme: Theme): string | CanvasPattern {
  const plain = css(ground, alpha);
  if (pattern === "none") return plain;
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = TILE;
  const context = canvas.getContext("2d");
  if (!context) return plain;
  const ink = css(inkOn(ground, theme), 0.28);
  context.fillStyle = plain;
  context.fillRect(0, 0, TILE, TILE);
  context.fillStyle = context.strokeStyle = ink;
  context.lineWidth = 1;
  DRAW[pattern](context, 2);
  return context.createPattern(canvas, "repeat") ?? plain;
}

// The map as a picture, with what a picture needs when it leaves the page: title, legend, notice, credit, time.

import type OlMap from "ol/Map";
import { PATTERNS } from "./classes";
import { classFill } from "./pattern";
import type { Drawing, LegendEntry } from "./style";
import { css } from "./theme";

export interface Caption {
  title: string;
  figure: string;
  legend: LegendEntry[];
  notice: string;
  credit: string;
}

const MARGIN = 16;
const SWATCH = 22;

/** Draws OpenLayers' canvases onto one, as they are stacked on screen. */
function compose(map: OlMap, context: CanvasRenderingContext2D): void {
  for (const canvas of map.getTargetElement()?.querySelectorAll<HTMLCanvasElement>(".ol-layer canvas, canvas.ol-layer") ?? []) {
    if (canvas.width === 0) continue;
    const opacity = canvas.parentElement?.style.opacity || canvas.style.opacity;
    context.globalAlpha = opacity ? Number(opacity) : 1;
    const matrix = /^matrix\(([^)]*)\)$/.exec(canvas.style.transform)?.[1]?.split(",").map(Number);
    const [width, height] = [Number.parseFloat(canvas.style.width) || canvas.width, Number.parseFloat(canvas.style.height) || canvas.height];
    const [a, b, c, d, e, f] = matrix ?? [width / canvas.width, 0, 0, height / canvas.height, 0, 0];
    context.save();
    context.transform(a as number, b as number, c as number, d as number, e as number, f as number);
    context.drawImage(canvas, 0, 0);
    context.restore();
  }
  context.globalAlpha = 1;
}

/** Breaks the caption into rows that fit `width`; each item stays whole. */
function rows(items: { width: number }[], width: number): number[][] {
  const out: number[][] = [[]];
  let used = 0;
  items.forEach((item, i) => {
    if (used > 0 && used + item.width > width) {
      out.push([]);
      used = 0;
    }
    out.at(-1)?.push(i);
    used += item.width;
  });
  return out;
}

/** Rejects with an Error in Chinese when the browser will not give the picture. */
export async function picture(map: OlMap, drawing: Drawing, caption: Caption): Promise<Blob> {
  const [width, height] = map.getSize() as [number, number];
  const scale = Math.max(window.devicePixelRatio, 2);
  const { theme } = drawing;
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d");
  if (!context) throw new Error("这个浏览器画不出图片，请改用打印。");
  const small = `14px ${theme.fontFamily}`;
  context.font = small;

  const items = caption.legend.map((entry) => ({ entry, width: SWATCH + 8 + context.measureText(entry.label).width + 18 }));
  const legendRows = items.length ? rows(items, width - 2 * MARGIN) : [];
  const time = new Intl.DateTimeFormat("zh-CN", { dateStyle: "long", timeStyle: "short", timeZone: "Asia/Shanghai" }).format(new Date());
  const lines = [caption.notice, caption.credit, time].filter(Boolean);
  const head = caption.title ? 48 : 0;
  const foot = MARGIN + legendRows.length * 30 + (caption.figure && legendRows.length ? 26 : 0) + lines.length * 22 + 8;

  canvas.width = width * scale;
  canvas.height = (head + height + foot) * scale;
  context.scale(scale, scale);
  context.fillStyle = css(theme.paper);
  context.fillRect(0, 0, width, head + height + foot);
  context.save();
  context.beginPath();
  context.rect(0, head, width, height);
  context.clip();
  context.translate(0, head);
  compose(map, context);
  context.restore();

  context.fillStyle = css(theme.label);
  context.textBaseline = "middle";
  if (head) {
    context.font = `600 20px ${theme.fontFamily}`;
    context.fillText(caption.title, MARGIN, head / 2, width - 2 * MARGIN);
  }
  context.font = small;
  let y = head + height + MARGIN + 6;
  if (caption.figure && legendRows.length) {
    context.fillText(caption.figure, MARGIN, y);
    y += 26;
  }
  for (const row of legendRows) {
    let x = MARGIN;
    for (const i of row) {
      const item = items[i] as (typeof items)[number];
      const shade = theme.classes[PATTERNS.indexOf(item.entry.pattern)] ?? theme.fill;
      context.fillStyle = classFill(shade, item.entry.pattern, 1, theme);
      context.fillRect(x, y - 9, SWATCH, 18);
      context.strokeStyle = css(theme.line);
      context.strokeRect(x, y - 9, SWATCH, 18);
      context.fillStyle = css(theme.label);
      context.fillText(item.entry.label, x + SWATCH + 8, y);
      x += item.width;
    }
    y += 30;
  }
  for (const line of lines) {
    context.fillText(line, MARGIN, y, width - 2 * MARGIN);
    y += 22;
  }
  return new Promise((resolve, reject) => {
    const failed = new Error("图片没有存成，请再试一次，或者改用打印。");
    try {
      canvas.toBlob((blob) => (blob ? resolve(blob) : reject(failed)), "image/png");
    } catch {
      // A base map's server that does not allow reading its tiles taints the canvas.
      reject(new Error("底图不允许存成图片。请先关掉底图，再存一次。"));
    }
  });
}

// Colours and type of the map, read from the page's custom properties, so that dark, 长辈版 and a deployment's own tokens hold here too.

import type { Rgb } from "./classes";

export interface Theme {
  fill: Rgb;
  line: Rgb;
  outline: Rgb;
  hover: Rgb;
  select: Rgb;
  label: Rgb;
  labelInverse: Rgb;
  halo: Rgb;
  classes: Rgb[];
  paper: Rgb;
  /** CSS pixels. */
  labelSize: number;
  fontFamily: string;
}

export const css = ([r, g, b]: Rgb, alpha = 1): string => `rgba(${r},${g},${b},${alpha})`;

/** A CSS colour in any notation to sRGB, through one pixel of a canvas: OpenLayers itself knows only the older notations. */
function pixels(): (colour: string) => Rgb {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 1;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  return (colour) => {
    if (!context) return [0, 0, 0];
    context.clearRect(0, 0, 1, 1);
    context.fillStyle = colour;
    context.fillRect(0, 0, 1, 1);
    const [r, g, b] = context.getImageData(0, 0, 1, 1).data;
    return [r ?? 0, g ?? 0, b ?? 0];
  };
}

export function readTheme(element: HTMLElement): Theme {
  const probe = document.createElement("span");
  probe.hidden = true;
  element.append(probe);
  const computed = getComputedStyle(probe);
  const rgb = pixels();
  const colour = (value: string): Rgb => {
    probe.style.color = value;
    return rgb(computed.color);
  };
  probe.style.fontSize = "var(--map-label-size, 13px)";
  const classes = ["#eef5f3", "#bfd9d5", "#7aafac", "#3b7f82", "#17565b"];
  const theme: Theme = {
    fill: colour("var(--map-fill, var(--paper, #ffffff))"),
    line: colour("var(--map-line, var(--ink-2, #566462))"),
    outline: colour("var(--map-outline, var(--ink, #22302f))"),
    hover: colour("var(--map-hover, var(--lake, #17696f))"),
    select: colour("var(--map-select, var(--ink, #22302f))"),
    label: colour("var(--map-label, var(--ink, #22302f))"),
    labelInverse: colour("var(--map-label-inverse, var(--paper, #ffffff))"),
    halo: colour("var(--map-halo, var(--paper, #ffffff))"),
    classes: classes.map((fallback, i) => colour(`var(--map-class-${i}, var(--tone-${i + 1}, ${fallback}))`)),
    paper: colour("var(--paper, #ffffff)"),
    labelSize: Number.parseFloat(computed.fontSize) || 13,
    fontFamily: computed.fontFamily,
  };
  probe.remove();
  return theme;
}

/** Calls back when the page changes its appearance. Returns what stops it. */
export function watchTheme(changed: () => void): () => void {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const observer = new MutationObserver(changed);
  for (const root of [document.documentElement, document.body]) {
    observer.observe(root, { attributes: true, attributeFilter: ["class", "data-theme", "data-size", "data-mode", "style"] });
  }
  dark.addEventListener("change", changed);
  return () => {
    observer.disconnect();
    dark.removeEventListener("change", changed);
  };
}

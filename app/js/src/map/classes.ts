// A figure told by colour, by pattern and by number: which class a value is in, what the class is called, what it looks like.

import type { Figure } from "./options";

/** Darker class, denser pattern: the order can be read without colour. */
export const PATTERNS = ["none", "dots", "lines", "dense", "cross"] as const;
export type Pattern = (typeof PATTERNS)[number];
export const MOST_CLASSES = PATTERNS.length;

export type Rgb = [number, number, number];

function numbers(values: Figure["values"]): number[] {
  return Object.values(values).filter((value): value is number => value !== null && Number.isFinite(value)).sort((a, b) => a - b);
}

/** Quantile breaks for `count` classes; fewer where values repeat. A break belongs to the class above it. */
export function quantileBreaks(values: Figure["values"], count = 4): number[] {
  const sorted = numbers(values);
  const breaks: number[] = [];
  for (let i = 1; i < count; i++) {
    const value = sorted[Math.floor((sorted.length * i) / count)];
    if (value !== undefined && value > (breaks.at(-1) ?? sorted[0] ?? value)) breaks.push(value);
  }
  return breaks;
}

/** The breaks to draw by: those given, in order and without repetition, at most as many as there are patterns for; else quantiles. */
export function breaksOf(figure: Figure): number[] {
  if (!figure.breaks) return quantileBreaks(figure.values);
  return [...new Set(figure.breaks.filter(Number.isFinite))].sort((a, b) => a - b).slice(0, MOST_CLASSES - 1);
}

export function classOf(value: number, breaks: readonly number[]): number {
  let index = 0;
  while (index < breaks.length && value >= (breaks[index] as number)) index++;
  return index;
}

/** Which pattern the i-th of n classes has: the densest always goes to the last. */
export function patternOf(index: number, classes: number): Pattern {
  const last = MOST_CLASSES - 1;
  return PATTERNS[classes <= 1 ? 0 : Math.round((index * last) / (classes - 1))] ?? "none";
}

/** Which of the five class colours the i-th of n classes has. */
export const shadeOf = (index: number, classes: number): number => PATTERNS.indexOf(patternOf(index, classes));

const written = (value: number): string => String(Math.round(value * 100) / 100);

/** `0–2`, `3–5`, `10+` for whole figures; `不到 1.5`, `1.5 到 3`, `3 及以上` for others. */
export function classLabels(figure: Figure, breaks: readonly number[]): string[] {
  const sorted = numbers(figure.values);
  const whole = [...sorted, ...breaks].every(Number.isInteger) && (sorted[0] ?? 0) >= 0 && (breaks[0] ?? 1) > 0;
  const first = breaks[0];
  if (first === undefined) {
    const [low, high] = [sorted[0], sorted.at(-1)];
    if (low === undefined || high === undefined) return [];
    return [low === high ? written(low) : `${written(low)}–${written(high)}`];
  }
  const span = (low: number, high: number) => (low === high ? `${low}` : `${low}–${high}`);
  return [...breaks, Number.POSITIVE_INFINITY].map((above, i) => {
    const from = breaks[i - 1];
    if (!Number.isFinite(above)) return whole ? `${from}+` : `${written(from as number)} 及以上`;
    if (from === undefined) return whole ? span(0, above - 1) : `不到 ${written(above)}`;
    return whole ? span(from, above - 1) : `${written(from)} 到 ${written(above)}`;
  });
}

/** Relative luminance as WCAG 2.1 defines it. */
function luminance(rgb: Rgb): number {
  const [r, g, b] = rgb.map((part) => {
    const c = part / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  }) as Rgb;
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** Contrast ratio as WCAG 2.1 defines it, 1 to 21. */
export function contrast(a: Rgb, b: Rgb): number {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

// What to write on a shape. Pure, so that it is tested as it is.

/** From the fullest to the barest: what it is called and its figure, then the figure alone. */
export function labelTexts(label: string, value: number | null): string[] {
  if (value === null) return [label];
  const figure = String(Math.round(value * 100) / 100);
  return [`${label}\n${figure}`, figure];
}

/** Width of the widest line in em, nearly: Chinese characters are square, figures and letters a good half of it. */
export function widthOf(text: string): number {
  return Math.max(...text.split("\n").map((line) => [...line].reduce((sum, char) => sum + (/[\x20-\x7e]/.test(char) ? 0.58 : 1), 0)));
}

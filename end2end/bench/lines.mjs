// What a bench prints: one JSON object a line on standard output, as docs/BENCHMARKS.md reads them.

export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

const rounded = (value) => Number(value.toPrecision(4));

/** `bar` is on the ratio where there is a baseline, else on the value; `best` says which side of it is good. */
export function line({ bench, name, values, unit, baseline, bar, best = "below", ...more }) {
  const value = median(values);
  const base = baseline && median(baseline);
  const ratio = base === undefined ? undefined : value / base;
  const measured = ratio ?? value;
  console.log(
    JSON.stringify({
      bench,
      case: name,
      n: values.length,
      value: rounded(value),
      unit,
      ...(base !== undefined && { baseline: rounded(base), ratio: rounded(ratio) }),
      ...more,
      ...(bar !== undefined && { bar, holds: best === "below" ? measured <= bar : measured >= bar }),
    }),
  );
}

export const say = (text) => console.error(text);

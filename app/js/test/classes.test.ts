import { describe, expect, it } from "vitest";
import { breaksOf, classLabels, classOf, contrast, MOST_CLASSES, PATTERNS, patternOf, quantileBreaks, shadeOf } from "../src/map/classes";

const values = (list: (number | null)[]) => Object.fromEntries(list.map((value, i) => [String(i), value]));

describe("breaks", () => {
  it("cut into parts of equal number", () => {
    expect(quantileBreaks(values([0, 1, 2, 3, 4, 5, 6, 7]))).toEqual([2, 4, 6]);
  });

  it("are fewer where values repeat, and leave out what is unknown", () => {
    expect(quantileBreaks(values([0, 0, 0, 0, 0, 0, 0, 5, null]))).toEqual([]);
    expect(quantileBreaks(values([1, 1, 1, 9, 9, 9]))).toEqual([9]);
    expect(quantileBreaks(values([]))).toEqual([]);
  });

  it("given ones win; order, repetition and number are put right", () => {
    expect(breaksOf({ name: "x", values: {}, breaks: [10, 3, 6, 3, Number.NaN] })).toEqual([3, 6, 10]);
    expect(breaksOf({ name: "x", values: {}, breaks: [1, 2, 3, 4, 5, 6, 7] })).toHaveLength(MOST_CLASSES - 1);
  });

  it("a break belongs to the class above it", () => {
    expect([-1, 2, 3, 5.9, 6, 10, 99].map((value) => classOf(value, [3, 6, 10]))).toEqual([0, 0, 1, 1, 2, 3, 3]);
  });
});

describe("labels", () => {
  it("say whole figures without overlap", () => {
    expect(classLabels({ name: "x", values: values([0, 7, 12]) }, [3, 6, 10])).toEqual(["0–2", "3–5", "6–9", "10+"]);
    expect(classLabels({ name: "x", values: values([0, 1, 2]) }, [1, 2])).toEqual(["0", "1", "2+"]);
  });

  it("say fractions in words", () => {
    expect(classLabels({ name: "x", values: values([0.5, 2.255]) }, [1.5, 2])).toEqual(["不到 1.5", "1.5 到 2", "2 及以上"]);
  });

  it("say one class, or none", () => {
    expect(classLabels({ name: "x", values: values([4, 4]) }, [])).toEqual(["4"]);
    expect(classLabels({ name: "x", values: {} }, [])).toEqual([]);
  });

  it("are as many as the classes", () => {
    const figure = { name: "x", values: values([1, 5, 8, 13, 21, 34, 55]) };
    const breaks = breaksOf(figure);
    expect(classLabels(figure, breaks)).toHaveLength(breaks.length + 1);
  });
});

describe("telling without colour", () => {
  it("each class has a pattern of its own, denser with the figure", () => {
    for (let classes = 1; classes <= MOST_CLASSES; classes++) {
      const used = Array.from({ length: classes }, (_, i) => PATTERNS.indexOf(patternOf(i, classes)));
      expect(new Set(used).size).toBe(classes);
      expect([...used].sort((a, b) => a - b)).toEqual(used);
    }
    expect(patternOf(3, 4)).toBe("cross");
    expect(shadeOf(0, 4)).toBe(0);
  });

  it("contrast is WCAG's", () => {
    expect(contrast([0, 0, 0], [255, 255, 255])).toBeCloseTo(21, 5);
    expect(contrast([119, 119, 119], [255, 255, 255])).toBeCloseTo(4.48, 2);
  });
});

import { describe, expect, it } from "vitest";
import { labelTexts, widthOf } from "../src/map/label";

describe("what is written on a shape", () => {
  it("goes from the fullest to the barest", () => {
    expect(labelTexts("甬江", 6)).toEqual(["甬江\n6", "6"]);
    expect(labelTexts("甬江", null)).toEqual(["甬江"]);
    expect(labelTexts("尚湖镇", 1 / 3)).toEqual(["尚湖镇\n0.33", "0.33"]);
  });

  it("the widest line counts", () => {
    expect(widthOf("甬江\n12345")).toBeCloseTo(2.9, 5);
    expect(widthOf("甬江社区")).toBe(4);
  });
});

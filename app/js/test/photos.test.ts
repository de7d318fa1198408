import { describe, expect, it } from "vitest";
import { allSmaller, fitted, renamed, smaller } from "../src/photos";

const file = (bytes: number, name = "一.png") => new File([new Uint8Array(bytes)], name, { type: "image/png" });
const jpeg = (bytes: number) => new Blob([new Uint8Array(bytes)], { type: "image/jpeg" });

describe("photos before they are sent", () => {
  it("keep their shape, and grow never", () => {
    expect(fitted(4000, 3000)).toEqual([1600, 1200]);
    expect(fitted(3000, 4000)).toEqual([1200, 1600]);
    expect(fitted(640, 480)).toEqual([640, 480]);
    expect(fitted(20_000, 3)).toEqual([1600, 1]);
  });

  it("are a JPEG by name too", () => {
    expect(renamed("IMG_1.heic.png")).toBe("IMG_1.heic.jpg");
    expect(renamed("")).toBe("photo.jpg");
  });

  it("go smaller where that is so, else as they are", async () => {
    const original = file(100);
    const made = await smaller(original, async () => jpeg(40));
    expect([made.name, made.type, made.size]).toEqual(["一.jpg", "image/jpeg", 40]);
    expect(await smaller(original, async () => jpeg(100))).toBe(original);
    expect(await smaller(original, async () => new Blob(["x"], { type: "image/png" }))).toBe(original);
    expect(await smaller(original, async () => null)).toBe(original);
    expect(await smaller(original, async () => Promise.reject(new Error("no picture")))).toBe(original);
  });

  it("are made one after the other, in their order", async () => {
    let open = 0;
    const made = await allSmaller([file(1, "a"), file(2, "b"), file(3, "c")], async (one) => {
      expect(++open).toBe(1);
      await Promise.resolve();
      open--;
      return one;
    });
    expect(made.map(({ name }) => name)).toEqual(["a", "b", "c"]);
  });
});

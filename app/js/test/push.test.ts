import { describe, expect, it } from "vitest";
import { addressIn, bytesOf, partsOf, sameBytes, toldIn } from "../src/worker/push";

describe("what is pushed", () => {
  it("is a title and a page of this site", () => {
    // Filled up with blanks, as the server sends it.
    expect(toldIn(`{"title":"交给您办的事","url":"/inbox/1"}${" ".repeat(200)}`)).toEqual({ title: "交给您办的事", url: "/inbox/1" });
  });

  it("is told without words where there are none", () => {
    for (const text of [undefined, "", "hello", "null", "[]", "{}", '{"title":7,"url":8}', '{"title":""}']) expect(toldIn(text)).toEqual({ title: "新消息", url: "/inbox" });
    expect(toldIn(JSON.stringify({ title: "长".repeat(500) })).title).toHaveLength(60);
  });

  it("leads nowhere else", () => {
    for (const url of ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)", "inbox", "/a\nb", "", null, 7]) expect(addressIn(url)).toBe("/inbox");
    expect(addressIn("/inbox?view=unread")).toBe("/inbox?view=unread");
  });
});

describe("a subscription", () => {
  it("is told to the server in three parts", () => {
    expect(partsOf({ endpoint: "https://p.example/1", keys: { p256dh: "a", auth: "b" } })).toEqual({ endpoint: "https://p.example/1", p256dh: "a", auth: "b" });
    expect(partsOf({})).toEqual({ endpoint: "", p256dh: "", auth: "" });
  });

  it("belongs to one key", () => {
    const key = bytesOf("_-8A");
    expect([...key]).toEqual([255, 239, 0]);
    expect(sameBytes(new Uint8Array([255, 239, 0]).buffer, key)).toBe(true);
    expect(sameBytes(new Uint8Array([255, 239, 1]).buffer, key)).toBe(false);
    expect(sameBytes(new Uint8Array([255, 239]).buffer, key)).toBe(false);
    expect(sameBytes(null, key)).toBe(false);
  });
});

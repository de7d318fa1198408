import { describe, expect, it } from "vitest";
import { seenText } from "../src/seen";
import { changesPerson, HASHED, kindOf, mayKeep } from "../src/worker/policy";

const answer = (headers: Record<string, string>, other: Partial<Pick<Response, "status" | "type" | "redirected">> = {}) =>
  ({ status: 200, type: "basic" as ResponseType, redirected: false, headers: new Headers(headers), ...other });

describe("what may be kept", () => {
  it("public pages and maps, versioned data, hashed files", () => {
    expect(kindOf("/", true)).toBe("page");
    expect(kindOf("/map/320581001", true)).toBe("page");
    expect(kindOf("/map/data/320581001.geojson", false)).toBe("data");
    expect(kindOf("/api/v1/tree", false)).toBe("data");
    expect(kindOf("/js/map-NCCIZV3F.js", false)).toBe("asset");
  });

  it("never a person's own pages, nor signing in, nor administration", () => {
    for (const path of ["/sign-in", "/sign-in/code", "/register", "/me", "/me/data", "/admin/users", "/events", "/uploads/1"]) expect(kindOf(path, true)).toBe("none");
    expect(kindOf("/meetings", true)).toBe("page");
  });

  it("plain names are left to the precache and the network", () => {
    expect(kindOf("/pkg/linli.js", false)).toBe("none");
    expect(kindOf("/js/manifest.json", false)).toBe("none");
    expect(kindOf("/icons.svg", false)).toBe("none");
    expect(HASHED.test("/pkg/0a1b2c3d4e5f/linli.wasm")).toBe(true);
  });

  it("not what says no-store, failed, was redirected, or is no page", () => {
    expect(mayKeep(answer({ "content-type": "text/html; charset=utf-8", "cache-control": "private, no-cache" }), "page")).toBe(true);
    expect(mayKeep(answer({ "content-type": "text/html", "cache-control": "private, No-Store" }), "page")).toBe(false);
    expect(mayKeep(answer({ "content-type": "text/html" }, { status: 404 }), "page")).toBe(false);
    expect(mayKeep(answer({ "content-type": "text/html" }, { redirected: true }), "page")).toBe(false);
    expect(mayKeep(answer({ "content-type": "application/json" }), "page")).toBe(false);
    expect(mayKeep(answer({ "content-type": "text/event-stream" }), "data")).toBe(false);
    expect(mayKeep(answer({}, { type: "opaque" }), "data")).toBe(false);
  });

  it("signing in or out wipes, by form as by script", () => {
    expect(changesPerson("POST", "/api/v1/sign_out")).toBe(true);
    expect(changesPerson("POST", "/sign-in")).toBe(true);
    expect(changesPerson("GET", "/sign-in")).toBe(false);
    expect(changesPerson("POST", "/api/v1/save_profile")).toBe(false);
  });
});

describe("the time of a kept copy", () => {
  const at = Date.parse("2026-11-23T06:05:00Z");
  it("is told in Shanghai", () => expect(seenText(at, at + 60_000)).toBe("显示的是 11 月 23 日 14:05 的内容"));
  it("with the year when it is another", () => expect(seenText(at, Date.parse("2027-01-02T00:00:00Z"))).toBe("显示的是 2026 年 11 月 23 日 14:05 的内容"));
  it("midnight is 00", () => expect(seenText(Date.parse("2026-11-22T16:00:00Z"), at)).toBe("显示的是 11 月 23 日 00:00 的内容"));
});

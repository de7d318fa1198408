import { describe, expect, it } from "vitest";
import { delay } from "../src/events/backoff";
import { advance, MOST_TOPICS, matches, type Positions, plan, sameTopics, union } from "../src/events/positions";

const at = (positions: Record<string, number>): Positions => new Map(Object.entries(positions));
const none = new Set<string>();

describe("a topic", () => {
  it("is its own, and a path also what lies below it", () => {
    expect(matches("orgs", "orgs")).toBe(true);
    expect(matches("orgs", "orgs/1")).toBe(false);
    expect(matches("path/32/", "path/32/3205/")).toBe(true);
    expect(matches("path/32/", "path/320/")).toBe(false);
  });

  it("is asked for once, whoever wants it, and not if another one covers it", () => {
    expect(union([at({ orgs: 1, "path/32/3205/": 1 }), at({ "path/32/": 9, orgs: 5 })], none)).toEqual(["orgs", "path/32/"]);
    expect(union([at({ orgs: 1, jobs: 1 })], new Set(["jobs"]))).toEqual(["orgs"]);
  });

  it("is left out beyond what the server takes, without reopening for it again and again", () => {
    const many = at(Object.fromEntries(Array.from({ length: MOST_TOPICS + 5 }, (_, i) => [`t${100 + i}`, 7])));
    const topics = union([many], none);
    expect(topics).toHaveLength(MOST_TOPICS);
    expect(plan({ topics, last: 7 }, [many], none)).toEqual({ type: "keep" });
  });
});

describe("what a tab wants", () => {
  it("is the same wherever the tab is in it, and another with another topic", () => {
    expect(sameTopics(at({ orgs: 1, grid: 2 }), at({ grid: 7, orgs: 7 }))).toBe(true);
    expect(sameTopics(at({ orgs: 1 }), at({ grid: 1 }))).toBe(false);
    expect(sameTopics(at({ orgs: 1 }), at({ orgs: 1, grid: 1 }))).toBe(false);
    expect(sameTopics(at({ orgs: 1 }), null)).toBe(false);
    expect(sameTopics(undefined, at({}))).toBe(true);
  });
});

describe("the stream", () => {
  it("is opened at the smallest position that is needed", () => {
    expect(plan(null, [at({ orgs: 20 }), at({ grid: 12, orgs: 30 })], none)).toEqual({ type: "open", topics: ["grid", "orgs"], after: 12 });
    expect(plan(null, [], none)).toEqual({ type: "keep" });
  });

  it("is opened again for another topic, without losing the place of those it has", () => {
    expect(plan({ topics: ["orgs"], last: 20 }, [at({ orgs: 20 }), at({ grid: 25 })], none)).toEqual({ type: "open", topics: ["grid", "orgs"], after: 20 });
  });

  it("is opened again for an earlier place, also inside what it has told already", () => {
    const stream = { topics: ["orgs"], last: 20 };
    expect(plan(stream, [at({ orgs: 20 }), at({ orgs: 19 })], none)).toEqual({ type: "open", topics: ["orgs"], after: 19 });
    expect(plan(stream, [at({ orgs: 20 }), at({ orgs: 20 })], none)).toEqual({ type: "keep" });
    expect(plan(stream, [at({ orgs: 20 }), at({ orgs: 35 })], none)).toEqual({ type: "keep" });
  });

  it("stays when a tab goes, and ends with the last one", () => {
    const stream = { topics: ["grid", "orgs"], last: 20 };
    expect(plan(stream, [at({ orgs: 20 })], none)).toEqual({ type: "keep" });
    expect(plan(stream, [], none)).toEqual({ type: "close" });
  });

  it("goes on with the rest when something was refused", () => {
    const denied = new Set(["user/1"]);
    expect(plan(null, [at({ orgs: 20 }), at({ "user/1": 3 })], denied)).toEqual({ type: "open", topics: ["orgs"], after: 20 });
    expect(plan({ topics: ["orgs"], last: 20 }, [at({ orgs: 20 }), at({ "user/1": 3 })], denied)).toEqual({ type: "keep" });
  });
});

describe("what was told", () => {
  it("counts once, also when a stream tells it again", () => {
    const had = at({ orgs: 10 });
    expect(advance(had, { seq: 12, prev: 10, topics: ["orgs"] })).toEqual({ fresh: ["orgs"], missed: [] });
    expect(advance(had, { seq: 12, prev: 5, topics: ["orgs"] })).toEqual({ fresh: [], missed: [] });
    expect(advance(had, { seq: 11, prev: 5, topics: ["orgs"] })).toEqual({ fresh: [], missed: [] });
    expect(had).toEqual(at({ orgs: 12 }));
  });

  it("moves on every topic of the stream, for there was nothing of it in between, and no other", () => {
    const had = at({ orgs: 10, grid: 11, site: 3 });
    expect(advance(had, { seq: 12, prev: 11, topics: ["grid", "orgs"] })).toEqual({ fresh: ["grid"], missed: ["orgs"] });
    expect(had).toEqual(at({ orgs: 10, grid: 12, site: 3 }));
  });

  it("does not jump over what was told before this tab came", () => {
    const had = at({ orgs: 10 });
    expect(advance(had, { seq: 31, prev: 30, topics: ["orgs"] })).toEqual({ fresh: [], missed: ["orgs"] });
    // The stream is opened again at 10, and everything comes in its order.
    const seqs = [20, 30, 31].filter((seq, i, all) => advance(had, { seq, prev: all[i - 1] ?? 10, topics: ["orgs"] }).fresh.length > 0);
    expect(seqs).toEqual([20, 30, 31]);
  });

  it("of a path moves on what lies below it", () => {
    const had = at({ "path/32/3205/": 10 });
    expect(advance(had, { seq: 12, prev: 10, topics: ["path/32/"] }).fresh).toEqual(["path/32/3205/"]);
  });
});

describe("the wait after a failure", () => {
  it("doubles up to a minute, and half of it is chance", () => {
    expect([0, 1, 2, 10].map((attempt) => delay(attempt, false, 1))).toEqual([1000, 2000, 4000, 60_000]);
    expect([0, 1, 2, 10].map((attempt) => delay(attempt, false, 0))).toEqual([500, 1000, 2000, 30_000]);
  });

  it("is longer after a refusal", () => {
    expect(delay(0, true, 0)).toBe(2500);
    expect(delay(9, true, 1)).toBe(60_000);
  });
});

import { describe, expect, it } from "vitest";
import { type Effect, type Happening, next, type State } from "../src/update";

function run(...happenings: Happening[]): { state: State; effects: Effect[] } {
  let state: State = "idle";
  const effects: Effect[] = [];
  for (const happening of happenings) {
    const step = next(state, happening);
    state = step.state;
    if (step.effect) effects.push(step.effect);
  }
  return { state, effects };
}
const found: Happening = { type: "found" };
const installed: Happening = { type: "installed", controlled: true };
const accepted: Happening = { type: "accepted" };
const changed: Happening = { type: "controller-changed" };

describe("an update", () => {
  it("is offered, and only then taken", () => {
    expect(run(found, installed)).toEqual({ state: "waiting", effects: ["offer"] });
    expect(run(found, installed, accepted, changed)).toEqual({ state: "reloading", effects: ["offer", "activate", "reload"] });
  });

  it("the very first worker is no update: nothing is offered, nothing reloads", () => {
    expect(run(found, { type: "installed", controlled: false }, changed)).toEqual({ state: "idle", effects: ["keep-page"] });
  });

  it("accepting twice acts once; accepting nothing does nothing", () => {
    expect(run(found, installed, accepted, accepted).effects).toEqual(["offer", "activate"]);
    expect(run(accepted)).toEqual({ state: "idle", effects: [] });
  });

  it("taken in another tab does not reload this one", () => {
    expect(run(found, installed, changed).effects).not.toContain("reload");
  });

  it("a failed installation leaves everything as it was, and a newer one is offered again", () => {
    expect(run(found, { type: "failed" })).toEqual({ state: "idle", effects: [] });
    expect(run(found, installed, found, installed).effects).toEqual(["offer", "offer"]);
  });
});

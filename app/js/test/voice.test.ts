import { describe, expect, it } from "vitest";
import { type Happening, next, recordable, refusal, spoken, type State, TAP_MS, told } from "../src/voice";

function walk(...happenings: Happening[]): [State, string[]] {
  let state: State = "idle";
  const effects: string[] = [];
  for (const happening of happenings) {
    const step = next(state, happening);
    state = step.state;
    if (step.effect) effects.push(step.effect);
  }
  return [state, effects];
}

describe("spoken words", () => {
  it("are recorded while the button is held", () => {
    expect(walk({ type: "down" }, { type: "up", heldMs: TAP_MS })).toEqual(["idle", ["start", "stop"]]);
  });

  it("are recorded from one tap to the next", () => {
    const tap: Happening[] = [{ type: "down" }, { type: "up", heldMs: 80 }];
    expect(walk(...tap)).toEqual(["running", ["start"]]);
    expect(walk(...tap, ...tap)).toEqual(["idle", ["start", "stop"]]);
    expect(walk({ type: "tap" }, { type: "tap" })).toEqual(["idle", ["start", "stop"]]);
  });

  it("end by themselves, and then a hand that lets go does nothing", () => {
    expect(walk({ type: "down" }, { type: "ended" }, { type: "up", heldMs: 61_000 })).toEqual(["idle", ["start"]]);
  });

  it("go in a form that the server takes, or not at all", () => {
    expect(recordable((type) => type.startsWith("audio/webm"))).toBe("audio/webm;codecs=opus");
    expect(recordable((type) => type === "audio/mp4")).toBe("audio/mp4");
    expect(recordable(() => false)).toBeNull();
    const file = spoken([new Blob(["a"]), new Blob(["b"])], "audio/webm;codecs=opus");
    expect([file.name, file.type, file.size]).toEqual(["voice.webm", "audio/webm", 2]);
    expect(spoken([], "audio/mp4").name).toBe("voice.m4a");
  });

  it("say how long they are, and why there are none", () => {
    expect(told(7, 60)).toBe("正在录音：7 秒，最长 60 秒");
    expect(refusal(new DOMException("", "NotAllowedError"))).toContain("许可");
    expect(refusal(new Error("x"))).toContain("再试一次");
  });
});

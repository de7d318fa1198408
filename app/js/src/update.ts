// From "a new version was found" to "the page runs it", as a state and its steps; register.ts carries the steps out.

export type State = "idle" | "installing" | "waiting" | "activating" | "reloading";

export type Happening =
  | { type: "found" } // a new worker is being installed
  | { type: "installed"; controlled: boolean } // controlled: an older version runs this page
  | { type: "failed" }
  | { type: "accepted" } // the person took the offer
  | { type: "controller-changed" };

export type Effect = "offer" | "activate" | "reload" | "keep-page";

/** Nothing reloads that the person (or another tab of theirs, for the same origin) did not ask to. */
export function next(state: State, happening: Happening): { state: State; effect?: Effect } {
  switch (happening.type) {
    case "found":
      return { state: state === "idle" || state === "waiting" ? "installing" : state };
    case "installed":
      if (state === "activating" || state === "reloading") return { state };
      return happening.controlled ? { state: "waiting", effect: "offer" } : { state: "idle" };
    case "failed":
      return { state: state === "installing" ? "idle" : state };
    case "accepted":
      return state === "waiting" ? { state: "activating", effect: "activate" } : { state };
    case "controller-changed":
      if (state === "activating") return { state: "reloading", effect: "reload" };
      // The first worker of all took over, or another tab took the update: this page goes on as it is.
      return { state: state === "reloading" ? state : "idle", effect: "keep-page" };
  }
}

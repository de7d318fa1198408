// The tab that holds the browser's stream: one EventSource over all that the tabs want.

import { delay } from "./backoff";
import { advance, plan, type Positions, sameTopics, type Told } from "./positions";

/** What the leader tells all tabs, itself among them. `json` is the message as the server wrote it. */
export type Heard = ({ type: "event"; json: string } & Told) | { type: "reset"; seq: number };

export interface Leader {
  /** What a tab wants now; null when it is gone. */
  want(tab: string, positions: Positions | null): void;
  stop(): void;
}

interface Stream {
  source: EventSource;
  topics: readonly string[];
  /** The last event's number. */
  last: number;
  /** When it was accepted (`performance.now()`). */
  since: number | null;
}

/** A tab that takes over hears within this what all others want, and a page's way to the next closes nothing. */
const SETTLE_MS = 100;
/** A stream that has lived this long was a good one: the next failure is the first again. */
const GOOD_MS = 10_000;
/** What was refused is asked for again after this, and later each time, for each refusal stands in the browser's console; and at once when a
 * page wants something else: somebody may have signed in. */
const DENIED_MS = 60_000;
const MOST_DENIED_MS = 3_600_000;
/** Where nothing of it is public, a refusal may be for now (too many streams): so often it is tried again before. */
const TRIES = 4;
/** What anybody may hear, so that it cannot be the reason for a refusal; as the server has it. */
const PUBLIC = ["orgs", "grid", "catalogue", "poi", "reports", "surveys", "staff", "site"];

/** Also what happens to a matter that was reported without an account: whoever has its address may hear of it. */
const isPublic = (topic: string): boolean => PUBLIC.includes(topic) || topic.startsWith("track/");
const isGood = (stream: Stream | null): boolean => stream !== null && stream.since !== null && performance.now() - stream.since > GOOD_MS;

/** @param alone whether no other tab hears by this one, so that it need not try while nobody looks */
export function lead(tell: (heard: Heard) => void, alone: boolean): Leader {
  const wants = new Map<string, Positions>();
  const denied = new Set<string>();
  const ending = new AbortController();
  let stream: Stream | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let pardon: ReturnType<typeof setTimeout> | undefined;
  let failures = 0;
  let denials = 0;

  function later(ms: number): void {
    clearTimeout(timer);
    timer = setTimeout(act, ms);
  }

  function act(): void {
    const step = plan(stream, [...wants.values()], denied);
    if (step.type === "keep") return;
    if (step.type === "open" && alone && document.visibilityState === "hidden") return; // visibilitychange comes back here
    if (isGood(stream)) failures = 0;
    stream?.source.close();
    stream = step.type === "open" ? open(step.topics, step.after) : null;
  }

  function open(topics: readonly string[], after: number): Stream {
    const source = new EventSource(`/events?topics=${encodeURIComponent(topics.join(","))}&after=${after}`);
    const opened: Stream = { source, topics, last: after, since: null };
    source.onopen = () => {
      opened.since = performance.now();
      if (!topics.every(isPublic)) denials = 0;
    };
    source.onmessage = ({ data, lastEventId }: MessageEvent<string>) => {
      const seq = Number(lastEventId);
      if (!(seq > opened.last)) return;
      const told: Told = { seq, prev: opened.last, topics };
      opened.last = seq;
      for (const positions of wants.values()) advance(positions, told);
      tell({ type: "event", json: data, ...told });
    };
    source.addEventListener("reset", ({ lastEventId }) => {
      const seq = Number(lastEventId);
      // Backwards too: a restored database counts from where it was.
      opened.last = seq;
      for (const positions of wants.values()) for (const topic of positions.keys()) positions.set(topic, seq);
      tell({ type: "reset", seq });
    });
    source.onerror = () => failed(opened);
    return opened;
  }

  // The browser would try again by itself when the connection breaks, but without jitter, and never after a refusal.
  function failed(broken: Stream): void {
    const { source, topics } = broken;
    const refused = source.readyState === EventSource.CLOSED;
    source.close();
    stream = null;
    if (isGood(broken)) failures = 0;
    if (refused && (topics.some(isPublic) || failures >= TRIES)) {
      // One tab's topic that is no longer allowed must not silence the others.
      for (const topic of topics) if (!isPublic(topic)) denied.add(topic);
      clearTimeout(pardon);
      pardon = setTimeout(forgive, Math.min(MOST_DENIED_MS, DENIED_MS * 2 ** denials++));
    }
    later(delay(failures++, refused, Math.random()));
  }

  function forgive(): void {
    denied.clear();
    later(0);
  }

  const unlessOpen = () => {
    if (!stream) later(0);
  };
  window.addEventListener("online", unlessOpen, { signal: ending.signal });
  if (alone) document.addEventListener("visibilitychange", unlessOpen, { signal: ending.signal });

  return {
    want(tab, positions) {
      if (!sameTopics(wants.get(tab), positions)) {
        denied.clear();
        denials = 0;
      }
      if (positions?.size) wants.set(tab, new Map(positions));
      else wants.delete(tab);
      later(SETTLE_MS);
    },
    stop() {
      ending.abort();
      clearTimeout(timer);
      clearTimeout(pardon);
      stream?.source.close();
      stream = null;
    },
  };
}

// What happens elsewhere, told to this page: one stream a browser, held by one of its tabs. Starts with the first listen().
// A browser holds six connections to a host over HTTP/1.1; a stream a tab would use them up.

import { type Heard, type Leader, lead } from "./events/leader";
import { advance, matches, type Positions } from "./events/positions";

type Message = { type: "want"; tab: string; positions: Positions } | { type: "bye"; tab: string } | { type: "who" } | Heard;

/** Both of the lock that makes a leader and of the channel between the tabs. */
const NAME = "linli-events";
/** A stream from further back is on its way when something was missed; if not, it is asked for again. */
const ASK_AGAIN_MS = 1000;

const tab = `${Date.now()}-${Math.random()}`;
/** By topic, how many parts of the page listen. */
const listening = new Map<string, number>();
/** Of every topic ever listened to here, also while nobody does: a part that comes back goes on from there. */
const had: Positions = new Map();
let running: { stop(): void } | null = null;
let channel: BroadcastChannel | null = null;
let leader: Leader | null = null;
let again: ReturnType<typeof setTimeout> | undefined;

const send = (name: string, detail: Record<string, unknown>) => window.dispatchEvent(new CustomEvent(`linli:${name}`, { detail }));

/**
 * Has `linli:event` sent on window for every event of `topics` after event `after`, until the function that it returns is called. A
 * topic that this page has listened to already goes on from what it has had.
 */
export function listen(topics: string[], after: number): () => void {
  const asked = new Set(topics);
  for (const topic of asked) {
    listening.set(topic, (listening.get(topic) ?? 0) + 1);
    if (!had.has(topic)) had.set(topic, Number.isSafeInteger(after) && after > 0 ? after : 0);
  }
  start();
  want();
  return () => {
    for (const topic of asked) {
      const left = (listening.get(topic) ?? 0) - 1;
      if (left > 0) listening.set(topic, left);
      else listening.delete(topic);
    }
    asked.clear();
    want();
  };
}

function want(): void {
  const positions: Positions = new Map([...had].filter(([topic]) => listening.has(topic)));
  if (leader) leader.want(tab, positions);
  else channel?.postMessage({ type: "want", tab, positions } satisfies Message);
}

function start(): void {
  if (running || listening.size === 0) return;
  if (!("locks" in navigator) || !("BroadcastChannel" in window)) {
    alone();
    return;
  }
  const tabs = new BroadcastChannel(NAME);
  const ending = new AbortController();
  let resign = () => {};
  tabs.onmessage = ({ data }: MessageEvent<Message>) => received(data);
  channel = tabs;
  running = {
    stop: () => {
      tabs.postMessage({ type: "bye", tab } satisfies Message);
      tabs.close();
      channel = null;
      leader?.stop();
      leader = null;
      ending.abort();
      resign();
    },
  };
  const mine = running;
  // Held until this tab goes; the browser itself gives it to the next, also when a tab crashes.
  const reign = () =>
    new Promise<void>((done) => {
      resign = done;
      if (running !== mine) return done();
      leader = lead((heard) => {
        tabs.postMessage(heard);
        hear(heard);
      }, false);
      tabs.postMessage({ type: "who" } satisfies Message);
      want();
    });
  navigator.locks.request(NAME, { signal: ending.signal }, reign).catch(() => {
    // Stopped while it waited; or storage is blocked, and locks with it.
    if (running !== mine) return;
    mine.stop();
    alone();
  });
}

function alone(): void {
  const own = lead(hear, true);
  leader = own;
  running = {
    stop: () => {
      own.stop();
      leader = null;
    },
  };
  want();
}

function stop(): void {
  clearTimeout(again);
  const last = running;
  running = null;
  last?.stop();
}

function received(message: Message): void {
  switch (message.type) {
    case "who":
      return want();
    case "want":
      return leader?.want(message.tab, message.positions);
    case "bye":
      return leader?.want(message.tab, null);
    default:
      hear(message);
  }
}

function hear(heard: Heard): void {
  if (heard.type === "reset") {
    for (const topic of had.keys()) had.set(topic, heard.seq);
    if (listening.size > 0) send("reset", { seq: heard.seq });
    return;
  }
  const { fresh, missed } = advance(had, heard);
  if (missed.some((topic) => listening.has(topic))) {
    clearTimeout(again);
    again = setTimeout(want, ASK_AGAIN_MS);
  }
  if (fresh.length === 0) return;
  const { topic, kind, subject, data } = JSON.parse(heard.json) as { topic: string; kind: string; subject: string | null; data: unknown };
  if (!fresh.some((wanted) => listening.has(wanted) && matches(wanted, topic))) return;
  send("event", { seq: heard.seq, topic, kind, subject, data, json: heard.json });
}

// A page that may come back (bfcache) holds nothing meanwhile, or the browser would not keep it.
window.addEventListener("pagehide", stop);
window.addEventListener("pageshow", () => {
  start();
  if (running) want();
});

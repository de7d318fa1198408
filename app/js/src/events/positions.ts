// Who has had what of the event stream, and from where it must be opened. Pure, so that it is tested as it is.

/** By topic, the number of the event up to which everything is had. */
export type Positions = Map<string, number>;

/** A stream has told all that there is of `topics` after event `prev`, up to and with event `seq`. */
export interface Told {
  seq: number;
  prev: number;
  topics: readonly string[];
}

export type Step = { type: "keep" } | { type: "close" } | { type: "open"; topics: string[]; after: number };

/** What the server takes in one stream. */
export const MOST_TOPICS = 50;

/** `path/32/` wants what happens anywhere below it, every other topic only its own; as the server has it. */
export const matches = (wanted: string, topic: string): boolean => wanted === topic || (wanted.startsWith("path/") && topic.startsWith(wanted));

/** Whether a tab wants the same as before, wherever it is in it. */
export const sameTopics = (a: Positions | null | undefined, b: Positions | null | undefined): boolean =>
  (a?.size ?? 0) === (b?.size ?? 0) && [...(a?.keys() ?? [])].every((topic) => b?.has(topic));

const covers = (topics: readonly string[], topic: string): boolean => topics.some((wanted) => matches(wanted, topic));

/** All that is wanted, without `denied` and without what another one covers. */
export function union(wants: Iterable<Positions>, denied: ReadonlySet<string>): string[] {
  const all = [...new Set([...wants].flatMap((positions) => [...positions.keys()]))].filter((topic) => !denied.has(topic)).sort();
  // Sorted, a topic comes after the one that covers it. Beyond what the server takes the last ones go without.
  return all.reduce<string[]>((kept, topic) => (covers(kept, topic) ? kept : [...kept, topic]), []).slice(0, MOST_TOPICS);
}

/** What is to be done about the one stream, when this is what the tabs want. */
export function plan(stream: { topics: readonly string[]; last: number } | null, wants: readonly Positions[], denied: ReadonlySet<string>): Step {
  const topics = union(wants, denied);
  if (topics.length === 0) return { type: stream ? "close" : "keep" };
  let after = Number.POSITIVE_INFINITY;
  let enough = stream !== null;
  for (const [topic, at] of wants.flatMap((positions) => [...positions])) {
    if (!covers(topics, topic)) continue;
    after = Math.min(after, at);
    if (stream && (at < stream.last || !covers(stream.topics, topic))) enough = false;
  }
  return enough ? { type: "keep" } : { type: "open", topics, after };
}

/**
 * Moves `had` on by what was told. `fresh` are the topics of which it was new; `missed` those of which something came
 * between what was had and what was told: they stay where they are, until a stream tells it from there.
 */
export function advance(had: Positions, told: Told): { fresh: string[]; missed: string[] } {
  const fresh: string[] = [];
  const missed: string[] = [];
  for (const [topic, at] of had) {
    if (at >= told.seq || !covers(told.topics, topic)) continue;
    if (at < told.prev) {
      missed.push(topic);
    } else {
      had.set(topic, told.seq);
      fresh.push(topic);
    }
  }
  return { fresh, missed };
}

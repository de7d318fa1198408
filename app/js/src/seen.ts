// What page and service worker agree on: names, and how the time of a kept copy is told.

/** Header that the service worker writes on a copy when it keeps it: milliseconds since 1970. */
export const SEEN_HEADER = "x-linli-seen-at";
/** Name of the meta element that tells a page its own copy's time (ISO), because a page cannot read its own headers. */
export const SEEN_META = "linli-seen";

export type ToWorker = { type: "wipe" } | { type: "skip-waiting" } | { type: "keep"; url: string };
export type FromWorker = { type: "seen"; url: string; at: number };

/** `显示的是 11 月 23 日 14:05 的内容`; the year is said when it is not this one. Both are milliseconds since 1970. */
export function seenText(at: number, now: number): string {
  // Made when it is asked for: the first one of a page costs a phone about 50 ms, and hardly a page is a kept copy.
  const format = new Intl.DateTimeFormat("zh-CN", {
    timeZone: "Asia/Shanghai", year: "numeric", month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23",
  });
  const of = (time: number) => Object.fromEntries(format.formatToParts(time).map(({ type, value }) => [type, value]));
  const [then, today] = [of(at), of(now)];
  const year = then.year === today.year ? "" : `${then.year} 年 `;
  return `显示的是 ${year}${then.month} 月 ${then.day} 日 ${then.hour}:${then.minute} 的内容`;
}

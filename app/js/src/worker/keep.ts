// What was last seen: kept with its time, found again, wiped.

import { SEEN_HEADER, SEEN_META } from "../seen";

export const PAGES = "seen-pages";
export const DATA = "seen-data";
export const ASSETS = "assets";
/** Oldest go first beyond this: a cheap phone has little room. */
const MOST: Record<string, number> = { [PAGES]: 60, [DATA]: 120, [ASSETS]: 80 };

/** Counts wipes: a copy that was on its way when the person signed out is not put down afterwards. */
let wipes = 0;
export const generation = (): number => wipes;

export async function keep(cacheName: string, request: Request, response: Response, now: number, born: number): Promise<void> {
  const headers = new Headers(response.headers);
  headers.set(SEEN_HEADER, String(now));
  // The body is kept as it was after decoding.
  headers.delete("content-encoding");
  headers.delete("content-length");
  const copy = new Response(await response.blob(), { status: response.status, statusText: response.statusText, headers });
  const cache = await caches.open(cacheName);
  if (born !== wipes) return;
  // Put last, so that the order of keys is the order of age.
  await cache.delete(request);
  await cache.put(request, copy);
  if (born !== wipes) await cache.delete(request);
  const keys = await cache.keys();
  await Promise.all(keys.slice(0, Math.max(0, keys.length - (MOST[cacheName] ?? 50))).map((key) => cache.delete(key)));
}

export interface Kept {
  response: Response;
  /** Milliseconds since 1970. */
  at: number;
}

export async function recall(cacheName: string, request: Request): Promise<Kept | null> {
  const response = await (await caches.open(cacheName)).match(request, { ignoreVary: true });
  return response ? { response, at: Number(response.headers.get(SEEN_HEADER)) || 0 } : null;
}

/** The kept page, with its time written into its head. */
export async function withTime({ response, at }: Kept): Promise<Response> {
  const meta = `<meta name="${SEEN_META}" content="${new Date(at).toISOString()}">`;
  const html = (await response.text()).replace(/<head(\s[^>]*)?>/i, (head) => head + meta);
  return new Response(html, { status: response.status, headers: response.headers });
}

export async function wipe(): Promise<void> {
  wipes++;
  await Promise.all([caches.delete(PAGES), caches.delete(DATA)]);
}

// What may be kept on a device. Pure, so that it is tested as it is.

export type Kind = "page" | "data" | "asset" | "none";

/** Pages about one person or for staff's administration, and those that sign in or out: never kept, whatever their headers say. */
const NEVER = ["/sign-in", "/sign-out", "/register", "/me", "/admin", "/events", "/healthz", "/readyz", "/metrics", "/api", "/uploads"];
const under = (path: string, root: string): boolean => path === root || path.startsWith(`${root}/`);

/** Addresses whose content never changes: the bundle lies in a folder named after its release, scripts carry a hash of their own. */
export const HASHED = /^\/(pkg\/[0-9a-f]{8,}\/|js\/[a-z]+-[0-9A-Z]{8}\.js$)/;

/** What kind of thing a GET request of this origin asks for. */
export function kindOf(path: string, navigation: boolean): Kind {
  if (under(path, "/api/v1") || (path.startsWith("/map/data/") && path.endsWith(".geojson"))) return "data";
  if (navigation) return NEVER.some((root) => under(path, root)) ? "none" : "page";
  return HASHED.test(path) ? "asset" : "none";
}

/** Whether an answer may be kept: a whole one, of this origin, not redirected, and not marked otherwise. */
export function mayKeep(response: Pick<Response, "status" | "type" | "redirected" | "headers">, kind: "page" | "data"): boolean {
  if (response.status !== 200 || response.type !== "basic" || response.redirected) return false;
  if (/\bno-store\b/i.test(response.headers.get("cache-control") ?? "")) return false;
  const type = response.headers.get("content-type") ?? "";
  return kind === "data" ? !type.includes("event-stream") : type.startsWith("text/html");
}

/** A write after which what was seen belongs to nobody, or to somebody else. */
export const changesPerson = (method: string, path: string): boolean => method !== "GET" && method !== "HEAD" && /sign[-_](in|out)|verify[-_]code/.test(path);

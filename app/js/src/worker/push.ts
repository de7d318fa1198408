// What is pushed, and what a browser says of a subscription. Pure, so that it is tested as it is.

export interface Told {
  title: string;
  /** A path on this site. */
  url: string;
}

/** Where what is pressed leads if it leads nowhere. */
const INBOX = "/inbox";

/** Only a path of this site: the text came by a push service. */
export function addressIn(value: unknown): string {
  return typeof value === "string" && /^\/(?![/\\])/.test(value) && !/[\u0000-\u001f]/.test(value) ? value : INBOX;
}

/** A browser wants something shown for every push, whatever came. */
export function toldIn(text: string | undefined): Told {
  let told: Partial<Record<keyof Told, unknown>> = {};
  try {
    const read: unknown = JSON.parse(text ?? "");
    if (typeof read === "object" && read !== null) told = read;
  } catch {
    // Nothing, or nothing of ours.
  }
  const title = typeof told.title === "string" && told.title ? told.title.slice(0, 60) : "新消息";
  return { title, url: addressIn(told.url) };
}

/** What the server wants to know of a subscription. */
export function partsOf(subscription: PushSubscriptionJSON): { endpoint: string; p256dh: string; auth: string } {
  const { endpoint, keys } = subscription;
  return { endpoint: endpoint ?? "", p256dh: keys?.["p256dh"] ?? "", auth: keys?.["auth"] ?? "" };
}

/** Bytes from base64url. */
export function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (char) => char.charCodeAt(0));
}

export function sameBytes(left: ArrayBuffer | null | undefined, right: Uint8Array): boolean {
  if (left?.byteLength !== right.byteLength) return false;
  const bytes = new Uint8Array(left);
  return right.every((byte, at) => byte === bytes[at]);
}

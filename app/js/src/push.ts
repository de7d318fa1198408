// Asking this browser to take pushes, and to take none any more. Fetched by the page on which that is chosen, before somebody presses:
// some browsers ask for permission only right then.

import { bytesOf, partsOf, sameBytes } from "./worker/push";

export type State = "unsupported" | "denied" | "off" | "on";

/** A worker that does not come to life within this time will not. */
const READY_WITHIN_MS = 15_000;

function supported(): boolean {
  const has = "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;
  // WeChat's browser has the names and none of the rest.
  return isSecureContext && has && !/MicroMessenger/i.test(navigator.userAgent);
}

async function worker(): Promise<ServiceWorkerRegistration | null> {
  const late = new Promise<null>((resolve) => setTimeout(() => resolve(null), READY_WITHIN_MS));
  return Promise.race([navigator.serviceWorker.ready, late]);
}

/** `on` if the browser takes pushes that are signed by the public key `key`. */
export async function state(key: string): Promise<State> {
  if (!supported()) return "unsupported";
  if (Notification.permission === "denied") return "denied";
  const registration = await navigator.serviceWorker.getRegistration();
  const subscription = await registration?.pushManager.getSubscription();
  return subscription && sameBytes(subscription.options.applicationServerKey, bytesOf(key)) ? "on" : "off";
}

/** What the browser says of itself, as JSON; or one word for why not. */
export async function on(key: string): Promise<string> {
  if (!supported()) return "unsupported";
  if ((await Notification.requestPermission()) !== "granted") return "denied";
  const registration = await worker();
  if (!registration) return "failed";
  const wanted = bytesOf(key);
  try {
    const before = await registration.pushManager.getSubscription();
    // One for another key stands in the way of a new one.
    if (before && !sameBytes(before.options.applicationServerKey, wanted)) await before.unsubscribe();
    const subscription = await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: wanted });
    return JSON.stringify(partsOf(subscription.toJSON()));
  } catch {
    // The push service is not reached, as Chrome's from the mainland.
    return "failed";
  }
}

export async function off(): Promise<void> {
  if (!supported()) return;
  const registration = await navigator.serviceWorker.getRegistration();
  await (await registration?.pushManager.getSubscription())?.unsubscribe();
}

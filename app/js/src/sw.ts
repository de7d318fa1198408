/// <reference lib="webworker" />
// The service worker: boots the application without a network, shows what was last seen, with its time, and what is pushed.
// The list of the shell's files is put in by workbox-build (see ../build.mjs).

import { cleanupOutdatedCaches, matchPrecache, precacheAndRoute, type PrecacheEntry } from "workbox-precaching";
import type { FromWorker, ToWorker } from "./seen";
import { ASSETS, DATA, generation, keep, PAGES, recall, wipe, withTime } from "./worker/keep";
import { changesPerson, kindOf, mayKeep } from "./worker/policy";
import { addressIn, partsOf, toldIn } from "./worker/push";

declare const self: ServiceWorkerGlobalScope & { __WB_MANIFEST: (string | PrecacheEntry)[] };

/** A person at a door does not wait longer for a page that they have already. */
const PATIENCE_MS = 4000;
const SHELL = "/offline.html";

// Before the precache's own route: a navigation is never answered from the precache directly.
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== self.location.origin) return;
  if (changesPerson(request.method, url.pathname)) {
    event.waitUntil(wipe());
    return;
  }
  if (request.method !== "GET") return;
  const navigation = request.mode === "navigate";
  const kind = kindOf(url.pathname, navigation);
  if (kind === "asset") event.respondWith(asset(event));
  else if (kind === "data") event.respondWith(data(event));
  else if (navigation) event.respondWith(page(event, kind === "page"));
});

precacheAndRoute(self.__WB_MANIFEST, { cleanURLs: false, directoryIndex: "" });
cleanupOutdatedCaches();

async function page(event: FetchEvent, keepable: boolean): Promise<Response> {
  const { request } = event;
  const born = generation();
  const network = fetch(request).then((response) => {
    if (keepable && mayKeep(response, "page")) event.waitUntil(keep(PAGES, request, response.clone(), Date.now(), born));
    return response;
  });
  // Goes on after a kept copy was shown: next time the page is fresh.
  event.waitUntil(network.then(Boolean, Boolean));
  const kept = async () => (keepable ? recall(PAGES, request) : null);
  const impatient = new Promise<Response>((resolve) => {
    setTimeout(() => void kept().then((found) => found && resolve(withTime(found))), PATIENCE_MS);
  });
  try {
    return await Promise.race([network, impatient]);
  } catch {
    const found = await kept();
    return found ? withTime(found) : ((await matchPrecache(SHELL)) ?? Response.error());
  }
}

async function data(event: FetchEvent): Promise<Response> {
  const { request } = event;
  const born = generation();
  try {
    const response = await fetch(request);
    if (mayKeep(response, "data")) event.waitUntil(keep(DATA, request, response.clone(), Date.now(), born));
    return response;
  } catch (error) {
    const found = await recall(DATA, request);
    if (!found) throw error;
    const client = await self.clients.get(event.clientId);
    client?.postMessage({ type: "seen", url: request.url, at: found.at } satisfies FromWorker);
    return found.response;
  }
}

/** Files with a hash in their name: the shell's from the precache, others (the map, lazy views) once they have been visited. */
async function asset(event: FetchEvent): Promise<Response> {
  const { request } = event;
  const found = (await matchPrecache(request)) ?? (await recall(ASSETS, request))?.response;
  if (found) return found;
  const response = await fetch(request);
  if (response.status === 200 && response.type === "basic") event.waitUntil(keep(ASSETS, request, response.clone(), Date.now(), generation()));
  return response;
}

self.addEventListener("activate", (event) => {
  // Kept pages ask for files of the version that made them, which has just gone.
  event.waitUntil(caches.delete(PAGES).then(() => self.clients.claim()));
});

self.addEventListener("message", (event) => {
  const message = event.data as ToWorker;
  if (message.type === "skip-waiting") event.waitUntil(self.skipWaiting());
  if (message.type === "wipe") event.waitUntil(wipe().then(() => event.ports[0]?.postMessage("done")));
  if (message.type === "keep") event.waitUntil(keepNow(message.url));
});

self.addEventListener("push", (event) => {
  const { title, url } = toldIn(event.data?.text());
  // The same notice told twice stands there once.
  const options: NotificationOptions = { body: "点开就能看。", tag: url, data: url, icon: "/icon-192.png", lang: "zh-CN" };
  event.waitUntil(self.registration.showNotification(title, options));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(openAt(addressIn(event.notification.data)));
});

/** A page that is open stays as it is: something may be half written on it. */
async function openAt(path: string): Promise<void> {
  const address = new URL(path, self.location.origin).href;
  const open = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const there = open.find((client) => client.url === address);
  await (there ? there.focus() : self.clients.openWindow(address));
}

self.addEventListener("pushsubscriptionchange", (event: Event) => {
  const { oldSubscription } = event as Event & { oldSubscription?: PushSubscription | null };
  const key = oldSubscription?.options.applicationServerKey;
  if (key) (event as ExtendableEvent).waitUntil(renew(key));
});

/** The browser has ended its subscription by itself and takes a new one: the server hears of it, if somebody is still signed in. */
async function renew(key: ArrayBuffer): Promise<void> {
  const fresh = await self.registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
  await fetch("/api/v1/notices/push/on", { method: "POST", body: new URLSearchParams({ ...partsOf(fresh.toJSON()) }) });
}

/** The page that registered this worker was fetched before the worker could see it. */
async function keepNow(address: string): Promise<void> {
  const url = new URL(address);
  if (url.origin !== self.location.origin || kindOf(url.pathname, true) !== "page") return;
  const born = generation();
  const request = new Request(url, { headers: { accept: "text/html" } });
  const response = await fetch(request).catch(() => null);
  if (response && mayKeep(response, "page")) await keep(PAGES, request, response, Date.now(), born);
}

// Loaded by every page: the network's state, what was last seen, updates, installation, a bundle that broke off. See ../README.md, "window.linli".

import { listen } from "./events";
import { watchBundle } from "./fault";
import { type FromWorker, SEEN_META, seenText, type ToWorker } from "./seen";
import { type Effect, type Happening, next, type State } from "./update";
import { forgetFiles, keepFiles, keptFiles } from "./files";
import { watchPhotos } from "./photos";

interface InstallPrompt extends Event {
  prompt(): Promise<void>;
  userChoice: Promise<{ outcome: "accepted" | "dismissed" }>;
}

export interface Linli {
  load(url: string): Promise<unknown>;
  seen: string | null;
  update(): void;
  wipe(): Promise<void>;
  persist(): Promise<boolean>;
  install(): Promise<boolean>;
  listen(topics: string[], after: number): () => void;
  keepFiles(key: string, files: File[]): Promise<boolean>;
  keptFiles(key: string): Promise<File[]>;
  forgetFiles(key: string): Promise<boolean>;
  push(): Promise<typeof import("./push")>;
  blur(root: HTMLElement): Promise<void>;
  voice(root: HTMLElement): Promise<void>;
}

declare global {
  interface Window {
    linli: Linli;
  }
}

const ASK_FOR_UPDATES_MS = 60 * 60 * 1000;
const WIPE_PATIENCE_MS = 1000;
const SETTLED_AFTER_MS = 2_000;
/** After the page has loaded. */
const LIVE_WITHIN_MS = 10_000;

const root = document.documentElement;
const send = (name: string, detail: Record<string, unknown> = {}) => window.dispatchEvent(new CustomEvent(`linli:${name}`, { detail }));
const workers = supportsWorker() ? navigator.serviceWorker : null;
const seen = document.querySelector<HTMLMetaElement>(`meta[name="${SEEN_META}"]`)?.content ?? null;
let registration: ServiceWorkerRegistration | null = null;
let state: State = "idle";
let installPrompt: InstallPrompt | null = null;

window.linli = {
  load: (url) => import(url),
  seen,
  update: () => happened({ type: "accepted" }),
  wipe,
  persist: async () => (await navigator.storage?.persist?.()) ?? false,
  install: async () => {
    const prompt = installPrompt;
    installPrompt = null;
    delete root.dataset.installable;
    if (!prompt) return false;
    await prompt.prompt();
    return (await prompt.userChoice).outcome === "accepted";
  },
  listen,
  keepFiles,
  keptFiles,
  forgetFiles,
  push: () => import("./push"),
  blur: (root) => import("./blur").then(({ mount }) => mount(root)),
  voice: (root) => import("./voice").then(({ mount }) => mount(root)),
};

function supportsWorker(): boolean {
  return isSecureContext && "serviceWorker" in navigator && !/MicroMessenger/i.test(navigator.userAgent);
}

/** What this browser keeps of the last person; resolves when it is gone, or when the worker does not answer. */
async function wipe(): Promise<void> {
  // Also before this page has registered the worker itself: an earlier one has.
  const worker = (registration ?? (await workers?.getRegistration()))?.active;
  if (!worker) return;
  const channel = new MessageChannel();
  const answered = new Promise((resolve) => {
    channel.port1.onmessage = resolve;
    setTimeout(resolve, WIPE_PATIENCE_MS);
  });
  worker.postMessage({ type: "wipe" } satisfies ToWorker, [channel.port2]);
  await answered;
}

function network(): void {
  // A kept copy or the bare shell means that the network failed, whatever the browser believes of it.
  const offline = !navigator.onLine || seen !== null || root.dataset.bundle !== undefined;
  const text = seen && seenText(Date.parse(seen), Date.now());
  root.dataset.network = offline ? "offline" : "online";
  if (text) root.dataset.seen = text;
  if (offline) send("offline", { seen, text });
  else send("online");
}

function happened(happening: Happening): void {
  const step = next(state, happening);
  state = step.state;
  if (step.effect) EFFECTS[step.effect]();
}

const EFFECTS: Record<Effect, () => void> = {
  offer: () => {
    root.dataset.update = "waiting";
    send("update");
  },
  activate: () => registration?.waiting?.postMessage({ type: "skip-waiting" } satisfies ToWorker),
  reload: () => location.reload(),
  "keep-page": () => workers?.controller?.postMessage({ type: "keep", url: location.href } satisfies ToWorker),
};

function watch(worker: ServiceWorker | null): void {
  if (!worker) return;
  happened({ type: "found" });
  worker.addEventListener("statechange", () => {
    if (worker.state === "installed") happened({ type: "installed", controlled: Boolean(workers?.controller) });
    if (worker.state === "redundant") happened({ type: "failed" });
  });
}

/** What a worker tells that an earlier page has registered. */
function hear(container: ServiceWorkerContainer): void {
  container.addEventListener("controllerchange", () => happened({ type: "controller-changed" }));
  container.addEventListener("message", (event: MessageEvent<FromWorker>) => {
    const { type, url, at } = event.data;
    if (type === "seen") send("seen", { url, seen: new Date(at).toISOString(), text: seenText(at, Date.now()) });
  });
}

async function register(container: ServiceWorkerContainer): Promise<void> {
  try {
    registration = await container.register("/sw.js", { scope: "/", updateViaCache: "none" });
  } catch {
    // Without a worker everything but offline works; a browser that blocks storage lands here.
    return;
  }
  // A browser that is told to block workers gives nothing at all.
  if (!registration) return;
  if (registration.waiting && container.controller) happened({ type: "installed", controlled: true });
  watch(registration.installing);
  registration.addEventListener("updatefound", () => watch(registration?.installing ?? null));
  let asked = Date.now();
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState !== "visible" || Date.now() - asked < ASK_FOR_UPDATES_MS) return;
    asked = Date.now();
    void registration?.update().catch(() => undefined);
  });
}

window.addEventListener("online", () => {
  // A kept copy is replaced by the page itself, which the person asks for: what they typed stays.
  root.dataset.network = "online";
  send("online");
});
window.addEventListener("offline", network);
window.addEventListener("beforeinstallprompt", (event) => {
  event.preventDefault();
  installPrompt = event as InstallPrompt;
  installable("prompt");
});
window.addEventListener("appinstalled", () => {
  delete root.dataset.installable;
  send("installable", { how: "no" });
});

/** Noted on the page too: the home page may come to life after this, or be opened later. */
function installable(how: "prompt" | "ios"): void {
  root.dataset.installable = how;
  send("installable", { how });
}

function ios(): boolean {
  const standalone = (navigator as Navigator & { standalone?: boolean }).standalone;
  return standalone === false && /iPhone|iPad|Macintosh/.test(navigator.userAgent) && !/MicroMessenger/i.test(navigator.userAgent);
}

/** Calls `then` when the application has taken the page over and somebody may use it: the worker fetches the same files, and whatever it
 * does takes from the page's network and processor. A page that never comes to life gets its worker too, later. */
function whenLive(then: () => void): void {
  let done = false;
  const go = () => {
    if (done) return;
    done = true;
    observer.disconnect();
    setTimeout(then, SETTLED_AFTER_MS);
  };
  const observer = new MutationObserver(() => root.hasAttribute("data-live") && go());
  observer.observe(root, { attributes: true, attributeFilter: ["data-live"] });
  if (root.hasAttribute("data-live")) go();
  else setTimeout(go, LIVE_WITHIN_MS);
}

watchBundle();
network();
if (workers) hear(workers);
const later = () => {
  if (workers) whenLive(() => void register(workers));
  if (ios()) installable("ios");
};
if (document.readyState === "complete") later();
else window.addEventListener("load", later, { once: true });
watchPhotos();

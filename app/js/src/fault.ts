// The bundle broke off: the code of the page that was asked for did not come, or it failed by itself. From then on nothing answers to a tap,
// so the page says so, and goes on as it does without script: links and forms are the browser's own again.

let wanted: string | null = null;
let broken = false;

/** The page of this site to which a click leads; none where it leads elsewhere, or the browser goes there by itself. */
function goal(event: MouseEvent): string | null {
  const link = event.target instanceof Element ? event.target.closest("a[href]") : null;
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return null;
  if (link.hasAttribute("target") || /\bexternal\b/.test(link.getAttribute("rel") ?? "")) return null;
  const to = new URL(link.getAttribute("href") ?? "", document.baseURI);
  return to.origin === location.origin ? to.href : null;
}

/** The address without its fragment: with one it would lead to a place on this page. */
function whole(address: string): string {
  const url = new URL(address);
  url.hash = "";
  return url.href;
}

function tell(): void {
  if (broken) return;
  broken = true;
  const here = whole(location.href);
  const href = whole(wanted ?? here);
  const line = document.createElement("div");
  line.className = "notice late unfetched";
  line.setAttribute("role", "alert");
  const title = document.createElement("b");
  title.textContent = href === here ? "这一页没有取全" : "这一页没有取到";
  const why = document.createElement("span");
  why.textContent = "可能是网络断了一下，请再打开一次。";
  const again = document.createElement("a");
  again.className = "button plain";
  again.href = href;
  again.textContent = "重新打开";
  const words = document.createElement("div");
  words.className = "words";
  words.append(title, why, again);
  line.append(words);
  document.body.append(line);
}

const look = (problem: unknown) => problem instanceof WebAssembly.RuntimeError && tell();

/** Before the bundle's own listeners: it is they that no longer answer. */
export function watchBundle(): void {
  window.addEventListener("error", (event) => look(event.error));
  window.addEventListener("unhandledrejection", (event) => look(event.reason));
  // Back and forward: the address is already the one that is asked for.
  window.addEventListener("popstate", () => (wanted = null));
  window.addEventListener(
    "click",
    (event) => {
      const to = goal(event);
      if (!to) return;
      if (broken) event.stopImmediatePropagation();
      else wanted = to;
    },
    true,
  );
  window.addEventListener("submit", (event) => broken && event.stopImmediatePropagation(), true);
}

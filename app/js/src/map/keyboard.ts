// What the keys do beyond OpenLayers' own arrows, plus and minus.

export interface KeyActions {
  /** Enter and Space. */
  press(): void;
  /** Escape. */
  clear(): void;
  /** n and p: +1 or -1. */
  step(by: 1 | -1): void;
}

/** Listens on `element`; keys pressed in a field inside it, or with a modifier, are left alone. Returns what stops it. */
export function listenToKeys(element: HTMLElement, actions: KeyActions): () => void {
  const listener = (event: KeyboardEvent) => {
    if (event.target !== element || event.ctrlKey || event.metaKey || event.altKey) return;
    const action = {
      Enter: () => actions.press(),
      " ": () => actions.press(),
      Escape: () => actions.clear(),
      n: () => actions.step(1),
      p: () => actions.step(-1),
    }[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  };
  element.addEventListener("keydown", listener);
  return () => element.removeEventListener("keydown", listener);
}

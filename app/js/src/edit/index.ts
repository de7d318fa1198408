import type { Basemap } from "../map/options";
import { Editor } from "./editor";

export type { Editor };

/** Lets borders be drawn inside `element`. `options` is JSON text: `{"basemap": …}` or nothing. */
export function mountEditor(element: HTMLElement, options: string): Editor {
  const { basemap } = JSON.parse(options || "{}") as { basemap?: Basemap };
  return new Editor(element, basemap ?? null);
}

import { LinliMap } from "./map";
import { type MapOptions, readOptions } from "./options";

export type { LinliMap as MapHandle, MapOptions };

/** Lets a live map take over from the server's SVG inside `element`. Throws a TypeError when the options are not usable. */
export function mountMap(element: HTMLElement, options?: MapOptions | string): LinliMap {
  return new LinliMap(element, readOptions(element, options));
}

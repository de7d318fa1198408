import { LinliMap } from "./map";
import { type MapOptions, readOptions, withAddress } from "./options";

export type { LinliMap as MapHandle, MapOptions };

/**
 * Lets a live map take over from the server's SVG inside `element`. `selected` and `at` (`lon,lat,zoom`) are what the page's address
 * says, empty if nothing. Throws a TypeError when the options are not usable.
 */
export function mountMap(element: HTMLElement, options?: MapOptions | string, selected = "", at = ""): LinliMap {
  return new LinliMap(element, withAddress(readOptions(element, options), selected, at));
}

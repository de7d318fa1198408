// What the Rust side hands over, checked once at the door.

export interface Figure {
  name: string;
  unit?: string;
  values: Record<string, number | null>;
  breaks?: number[];
}

export interface Basemap {
  kind: "vec" | "img";
  matrix: "c" | "w";
  key: string;
  review: string;
  url?: string;
}

export interface Place {
  lon: number;
  lat: number;
  zoom: number;
}

export interface MapOptions {
  data: string;
  tiles?: string | null;
  node: string;
  selected?: string | null;
  view?: Place | null;
  list?: string | null;
  figure?: Figure | null;
  numbers?: boolean;
  title?: string;
  notice?: string | null;
  basemap?: Basemap | null;
}

/** Reads options given as an object, as JSON text, or left in the element's `data-options`. Throws a TypeError that names what is wrong. */
export function readOptions(element: HTMLElement, given?: MapOptions | string): MapOptions {
  const raw = given ?? element.dataset.options;
  if (raw === undefined) throw new TypeError("map: no options given and no data-options on the element");
  const options = (typeof raw === "string" ? JSON.parse(raw) : raw) as Partial<MapOptions>;
  if (typeof options.data !== "string" || typeof options.node !== "string") {
    throw new TypeError("map: options need data (address of the GeoJSON) and node (code)");
  }
  const { view } = options;
  if (view && ![view.lon, view.lat, view.zoom].every(Number.isFinite)) throw new TypeError("map: view needs lon, lat and zoom as numbers");
  return options as MapOptions;
}

/** The options with what the address says. A place that cannot be read is as good as none. */
export function withAddress(options: MapOptions, selected: string, at: string): MapOptions {
  const numbers = at.split(",").map((text) => (text.trim() === "" ? Number.NaN : Number(text)));
  const [lon, lat, zoom] = numbers;
  const view = numbers.length === 3 && numbers.every(Number.isFinite) ? ({ lon, lat, zoom } as Place) : options.view;
  return { ...options, ...(view ? { view } : {}), ...(selected ? { selected } : {}) };
}

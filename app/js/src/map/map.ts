// The live map of one node. What it offers and which events it sends stands in ../../README.md.

import { intersects } from "ol/extent";
import type RasterLayer from "ol/layer/Tile";
import type MapBrowserEvent from "ol/MapBrowserEvent";
import OlMap from "ol/Map";
import type WMTS from "ol/source/WMTS";
import View from "ol/View";
import { creditOf } from "./credit";
import { loadShapes } from "./data";
import { interactions } from "./interactions";
import { listenToKeys } from "./keyboard";
import { ShapeLayers } from "./layers";
import { whereAmI } from "./locate";
import type { Figure, MapOptions, Place } from "./options";
import { type Drawing, legendOf, type LegendEntry } from "./style";
import { type Picture, pictureIn } from "./takeover";
import { readTheme, watchTheme } from "./theme";
import type { Press, TileLayer, TileLayers } from "./tiles";
import { type Extent, project, resolutionOf, unproject, viewFitting, type ViewState, zoomOf } from "./view";

const VIEW_PAUSE_MS = 250;
/** How long a picture stays for tiles that do not come. */
const COMPLETE_MS = 4000;
const round = (value: number, places: number): number => Number(value.toFixed(places));

export class LinliMap {
  readonly ready: Promise<void>;
  readonly #element: HTMLElement;
  readonly #options: MapOptions;
  readonly #target: HTMLDivElement;
  readonly #credit: HTMLDivElement;
  readonly #picture: Picture | null;
  readonly #map: OlMap;
  readonly #layers: ShapeLayers;
  readonly #stops: (() => void)[] = [];
  readonly #hadRole: string | null;
  readonly #hadTabIndex: string | null;
  #drawing: Drawing;
  #basemap: RasterLayer<WMTS>[] = [];
  #basemapFailed = false;
  #tiles: TileLayers | null = null;
  /** The layers of tiles that were asked for last. */
  #layersWanted: TileLayer[] = [];
  /** The base map that was asked for last: an earlier one that arrives late is dropped. */
  #wanted: "none" | "vec" | "img" = "none";
  #selected: string | null;
  #pointed: string | null = null;
  /** The person has moved the map, so it is theirs: a change of size no longer fits it anew. */
  #moved = false;
  /** The map points at a place: see `pinMode`. */
  #pins = false;
  #viewTimer = 0;
  #loading = new AbortController();
  #disposed = false;

  constructor(element: HTMLElement, options: MapOptions) {
    this.#element = element;
    this.#options = options;
    this.#selected = options.selected ?? null;
    this.#picture = pictureIn(element);
    this.#drawing = {
      theme: readTheme(element),
      figure: options.figure ?? null,
      numbers: options.numbers ?? true,
      overBasemap: Boolean(options.basemap),
    };

    this.#target = document.createElement("div");
    this.#target.className = "map-live";
    Object.assign(this.#target.style, { position: "absolute", inset: "0" });
    this.#credit = document.createElement("div");
    this.#credit.className = "map-credit";
    Object.assign(this.#credit.style, { position: "absolute", right: "4px", bottom: "4px", pointerEvents: "none" });
    element.append(this.#target, this.#credit);
    // Only now can it be operated, so only now does it say so.
    [this.#hadRole, this.#hadTabIndex] = [element.getAttribute("role"), element.getAttribute("tabindex")];
    element.setAttribute("role", "application");
    element.setAttribute("aria-roledescription", "地图");
    element.tabIndex = 0;

    this.#map = new OlMap({
      target: this.#target,
      keyboardEventTarget: element,
      controls: [],
      interactions: interactions(),
      view: new View({ enableRotation: false, minResolution: resolutionOf(20), maxResolution: resolutionOf(3), showFullExtent: true, center: project(119, 33), resolution: resolutionOf(7) }),
    });
    this.#layers = new ShapeLayers(this.#map);
    this.#place(null);
    if (options.basemap) void this.setBasemap(options.basemap.kind);
    this.#listen();
    this.ready = this.#load(options.data, options.node, (extent) => this.#place(extent), options.tiles);
  }

  select(code: string | null | undefined): void {
    this.#selected = code ?? null;
    this.#layers.mark(this.#pointed, this.#selected);
    const extent = this.#layers.find(this.#selected)?.extent;
    const view = this.#map.getView();
    if (extent && !intersects(extent, view.calculateExtent(this.#map.getSize()))) {
      view.animate({ center: [((extent[0] as number) + (extent[2] as number)) / 2, ((extent[1] as number) + (extent[3] as number)) / 2], duration: duration() });
    }
  }

  focus(code: string | null | undefined): void {
    this.#pointed = code ?? null;
    this.#layers.mark(this.#pointed, this.#selected);
  }

  setFigure(figure: Figure | null | undefined): void {
    this.#redraw({ figure: figure ?? null });
  }

  legend(): LegendEntry[] {
    return legendOf(this.#drawing);
  }

  setData(url: string, node: string): Promise<void> {
    this.#loading.abort();
    this.#loading = new AbortController();
    this.#selected = this.#pointed = null;
    this.#moved = false;
    return this.#load(url, node, (extent) => this.#fit(extent));
  }

  setView(lon: number, lat: number, zoom: number): void {
    if ([lon, lat, zoom].every(Number.isFinite)) this.#show(stateOf({ lon, lat, zoom }));
  }

  fit(code?: string | null): void {
    const extent = code ? this.#layers.find(code)?.extent : this.#layers.extent();
    if (extent) this.#fit(extent, duration());
  }

  zoomBy(steps: number): void {
    const view = this.#map.getView();
    const resolution = view.getResolution();
    if (resolution) view.animate({ resolution: resolution / 2 ** steps, duration: duration() });
    this.#movedByPerson();
  }

  /** The code for it is fetched when it is first wanted: most maps have none. */
  async setBasemap(kind: "none" | "vec" | "img"): Promise<void> {
    this.#wanted = kind;
    const { basemap } = this.#options;
    let layers: RasterLayer<WMTS>[] = [];
    if (basemap && kind !== "none") {
      try {
        const { basemapLayers } = await import("./basemap");
        layers = basemapLayers(basemap, kind, () => this.#basemapProblem());
      } catch {
        this.#basemapProblem();
      }
    }
    if (this.#disposed || this.#wanted !== kind) return;
    for (const layer of this.#basemap) this.#map.removeLayer(layer);
    this.#basemap = layers;
    layers.forEach((layer, i) => {
      // Annotation lies above the shapes' fills, or their colours would hide the names.
      layer.setZIndex(i === 0 ? 0 : 15);
      this.#map.addLayer(layer);
    });
    this.#credit.textContent = basemap && layers.length ? creditOf(basemap) : "";
    this.#redraw({ overBasemap: layers.length > 0 });
  }

  /** The layers of vector tiles to show, all of them, lowest first. The code for it is fetched when the first one is wanted. */
  async setLayers(wanted: TileLayer[] | string): Promise<void> {
    const layers = (typeof wanted === "string" ? JSON.parse(wanted) : wanted) as TileLayer[];
    this.#layersWanted = layers;
    if (!this.#tiles && layers.length === 0) return;
    try {
      const { TileLayers } = await import("./tiles");
      if (this.#disposed || this.#layersWanted !== layers) return;
      this.#tiles ??= new TileLayers(this.#map, (error) => this.#problem("layers", error));
      this.#tiles.show(layers, this.#drawing.theme);
    } catch {
      this.#problem("layers", new Error("这个图层现在打不开，请检查网络后再试。"));
    }
  }

  /** The layer's tiles have changed on the server. */
  refreshLayer(code: string): void {
    this.#tiles?.refresh(code);
  }

  async locate(): Promise<void> {
    try {
      const located = await whereAmI();
      if (this.#disposed) return;
      this.#layers.here(located);
      this.#map.getView().animate({ center: project(located.lon, located.lat), duration: duration() });
      this.#movedByPerson();
      this.#send("located", { ...located });
    } catch (error) {
      this.#problem("location", error);
    }
  }

  /** From now on the map points at the place in its middle: a press brings what was pressed there, Enter takes it, nothing is chosen. */
  pinMode(): void {
    this.#pins = true;
  }

  /** The place in the middle, as `lon,lat`. */
  middle(): string {
    const [x, y] = this.#map.getView().getCenter() as [number, number];
    const [lon, lat] = unproject(x, y);
    return `${round(lon, 6)},${round(lat, 6)}`;
  }

  fullscreen(): boolean {
    const on = document.fullscreenElement !== this.#element && !this.#element.classList.contains("map-full");
    if (!on) {
      this.#element.classList.remove("map-full");
      if (document.fullscreenElement === this.#element) void document.exitFullscreen();
    } else if (this.#element.requestFullscreen) {
      this.#element.requestFullscreen().catch(() => this.#fillWindow());
    } else {
      this.#fillWindow();
    }
    if (!on) this.#send("fullscreen", { on: false });
    return on;
  }

  async toPng(): Promise<Blob> {
    const { title, notice, basemap } = this.#options;
    const { figure } = this.#drawing;
    try {
      const { picture } = await import("./png");
      this.#map.renderSync();
      return await picture(this.#map, this.#drawing, {
        title: title ?? "",
        figure: figure ? `${figure.name}${figure.unit ? `（${figure.unit}）` : ""}` : "",
        legend: this.legend(),
        notice: notice ?? "",
        credit: basemap && this.#basemap.length ? `底图：${creditOf(basemap)}` : "",
      });
    } catch (error) {
      this.#problem("png", error);
      throw error;
    }
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#loading.abort();
    clearTimeout(this.#viewTimer);
    for (const stop of this.#stops) stop();
    this.#map.setTarget(undefined);
    this.#map.dispose();
    this.#target.remove();
    this.#credit.remove();
    this.#element.classList.remove("map-full");
    this.#element.removeAttribute("aria-roledescription");
    for (const [name, value] of [["role", this.#hadRole], ["tabindex", this.#hadTabIndex]] as const) {
      if (value === null) this.#element.removeAttribute(name);
      else this.#element.setAttribute(name, value);
    }
    this.#picture?.show();
  }

  async #load(url: string, node: string, place: (extent: number[]) => void, tiles?: string | null): Promise<void> {
    const { signal } = this.#loading;
    try {
      const [shapes, tiled] = await Promise.all([loadShapes(url, node, signal), tiles ? import("./tile-shapes") : null]);
      if (signal.aborted) return;
      const failed = () => this.#problem("data", new Error("有一部分地图没有打开，请检查网络，挪一下地图再试。"));
      this.#layers.put(shapes, this.#drawing, tiled && new tiled.TileShapes(this.#map, tiles as string, failed));
      const extent = this.#layers.extent();
      if (extent) place(extent);
      this.#layers.mark(this.#pointed, this.#selected);
      // Tiles come by and by: until they are there, the picture stays.
      if (tiled) await this.#complete();
      if (signal.aborted) return;
      // Drawn in this very task, so that no frame shows both or neither.
      this.#map.renderSync();
      this.#picture?.hide();
      this.#send("ready", {});
    } catch (error) {
      if (!signal.aborted) this.#problem("data", error);
    }
  }

  /** When all tiles of the view have come, or some seconds have passed. */
  #complete(): Promise<void> {
    return new Promise((done) => {
      const late = window.setTimeout(done, COMPLETE_MS);
      this.#map.once("rendercomplete", () => {
        clearTimeout(late);
        done();
      });
    });
  }

  #listen(): void {
    const map = this.#map;
    const at = (event: MapBrowserEvent) => this.#layers.at(event);
    let [before, last]: (string | null)[] = [];
    map.on("click", (event) => {
      if (this.#pins) return this.#bring(event.coordinate);
      const press = this.#tiles?.at(event.pixel);
      if (press) return this.#press(press);
      [before, last] = [last, at(event)];
      this.#choose(last);
    });
    // OpenLayers counts two quick taps on neighbours as a double click; they are two choices.
    map.on("dblclick", () => before === last && this.#drill(last));
    map.on("pointermove", (event) => {
      if (!event.dragging && (event.originalEvent as PointerEvent).pointerType !== "touch") this.#point(at(event));
    });
    map.on("pointerdrag", () => this.#movedByPerson());
    map.on("moveend", () => this.#viewChanged());
    map.on("change:size", () => {
      if (!this.#moved) this.#place(this.#layers.extent());
    });
    const { list } = this.#options;
    const focusable = list ? document.querySelector(list) : null;
    this.#on(focusable, "focusin", (event) => this.focus((event.target as Element).closest<HTMLElement>("[data-code]")?.dataset.code));
    this.#on(focusable, "focusout", () => this.focus(null));
    this.#on(this.#target, "wheel", () => this.#movedByPerson());
    this.#on(this.#target, "pointerleave", () => this.#point(null));
    this.#on(this.#element, "keydown", (event) => {
      if (/^Arrow|^[+\-=]$/.test((event as KeyboardEvent).key)) this.#movedByPerson();
    });
    this.#on(document, "fullscreenchange", () => this.#send("fullscreen", { on: document.fullscreenElement === this.#element }));
    this.#stops.push(
      watchTheme(() => this.#redraw({ theme: readTheme(this.#element) })),
      listenToKeys(this.#element, {
        press: () => this.#pins ? this.#send("pin", {}) : (this.#pointed !== null && this.#pointed !== this.#selected ? this.#choose(this.#pointed) : this.#drill(this.#selected)),
        clear: () => this.#choose(undefined),
        step: (by) => this.#step(by),
      }),
    );
  }

  #on(target: EventTarget | null, name: string, listener: (event: Event) => void): void {
    target?.addEventListener(name, listener);
    this.#stops.push(() => target?.removeEventListener(name, listener));
  }

  #choose(code: string | null | undefined): void {
    if ((code ?? null) === this.#selected) return;
    this.select(code);
    this.#send("select", { code: this.#selected });
  }

  /** Brings a place to the middle. */
  #bring(center: number[]): void {
    this.#map.getView().animate({ center, duration: duration() });
    this.#movedByPerson();
  }

  /** Does what a press on a layer asks for. */
  #press(press: Press): void {
    if (press.kind === "open") this.#send("open", { layer: press.layer, id: press.id });
    else if (press.kind === "select") this.#choose(press.code);
    else {
      const view = this.#map.getView();
      view.animate({ center: press.at, zoom: (view.getZoom() ?? 0) + 2, duration: duration() });
      this.#movedByPerson();
    }
  }

  #drill(code: string | null | undefined): void {
    const found = this.#layers.find(code ?? null);
    if (!found) return;
    if (found.leaf) this.fit(code);
    else this.#send("drill", { code });
  }

  #point(code: string | null): void {
    if (code === this.#pointed) return;
    this.focus(code);
    this.#target.style.cursor = code === null ? "" : "pointer";
    this.#send("hover", { code });
  }

  #step(by: 1 | -1): void {
    const view = this.#map.getView().calculateExtent(this.#map.getSize());
    const codes = this.#layers.within(view);
    if (codes.length === 0) return;
    const now = codes.indexOf(this.#pointed ?? this.#selected ?? "");
    const next = now < 0 ? (by > 0 ? 0 : codes.length - 1) : (now + by + codes.length) % codes.length;
    this.#point(codes[next] as string);
  }

  #redraw(change: Partial<Drawing>): void {
    this.#drawing = { ...this.#drawing, ...change };
    this.#layers.draw(this.#drawing);
    if (change.theme) this.#tiles?.draw(change.theme);
  }

  /** Where the map stands before anybody has moved it: as the address says, as the SVG stands, or around `extent`. */
  #place(extent: number[] | null): void {
    const { view } = this.#options;
    const state = view ? stateOf(view) : this.#picture?.view(this.#target);
    if (state) this.#show(state);
    else if (extent) this.#fit(extent);
  }

  #show(state: ViewState | null | undefined): void {
    if (!state) return;
    const view = this.#map.getView();
    view.cancelAnimations();
    view.setCenter(state.center);
    view.setResolution(state.resolution);
  }

  #fit(extent: number[], animated = 0): void {
    const size = this.#map.getSize();
    if (!size) return;
    const state = viewFitting(extent as Extent, size[0] as number, size[1] as number);
    if (animated) this.#map.getView().animate({ ...state, duration: animated });
    else this.#show(state);
  }

  #movedByPerson(): void {
    this.#moved = true;
  }

  /** After a rest, and only what a person did: a view that the page set itself is in the address bar already. */
  #viewChanged(): void {
    clearTimeout(this.#viewTimer);
    if (!this.#moved) return;
    this.#viewTimer = window.setTimeout(() => {
      const view = this.#map.getView();
      const [x, y] = view.getCenter() as [number, number];
      const [lon, lat] = unproject(x, y);
      this.#send("view", { lon: round(lon, 6), lat: round(lat, 6), zoom: round(zoomOf(view.getResolution() as number), 2) });
    }, VIEW_PAUSE_MS);
  }

  #fillWindow(): void {
    this.#element.classList.add("map-full");
    this.#send("fullscreen", { on: true });
  }

  #basemapProblem(): void {
    if (this.#basemapFailed) return;
    this.#basemapFailed = true;
    this.#problem("basemap", new Error("底图暂时打不开，边界和名称照常可用。"));
  }

  #problem(kind: string, error: unknown): void {
    this.#send("problem", { kind, message: error instanceof Error ? error.message : "地图出了问题，请稍后再试。" });
  }

  #send(name: string, detail: Record<string, unknown>): void {
    if (!this.#disposed) this.#element.dispatchEvent(new CustomEvent(`linli:${name}`, { bubbles: true, detail }));
  }
}

const stateOf = ({ lon, lat, zoom }: Place): ViewState => ({ center: project(lon, lat), resolution: resolutionOf(zoom) });
/** Milliseconds; none for those who asked for less motion. */
const duration = (): number => (matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 180);

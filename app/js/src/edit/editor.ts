// Drawing borders. It knows nothing of what may be done: each thing done is told to the page, which answers with how the
// borders are then, the same or other ones.

import Collection from "ol/Collection";
import Feature from "ol/Feature";
import LineString from "ol/geom/LineString";
import MultiPolygon from "ol/geom/MultiPolygon";
import Point from "ol/geom/Point";
import type Polygon from "ol/geom/Polygon";
import Draw from "ol/interaction/Draw";
import Modify from "ol/interaction/Modify";
import Snap from "ol/interaction/Snap";
import VectorLayer from "ol/layer/Vector";
import type MapBrowserEvent from "ol/MapBrowserEvent";
import OlMap from "ol/Map";
import VectorSource from "ol/source/Vector";
import CircleStyle from "ol/style/Circle";
import Fill from "ol/style/Fill";
import Stroke from "ol/style/Stroke";
import Style from "ol/style/Style";
import Text from "ol/style/Text";
import View from "ol/View";
import { creditOf } from "../map/credit";
import { interactions } from "../map/interactions";
import type { Basemap } from "../map/options";
import { css, readTheme, type Theme, watchTheme } from "../map/theme";
import { type Extent, resolutionOf, viewFitting } from "../map/view";
import { inserted, joined, moved, nearest, onto, removed, type Sides, type Step, sidesOf, snapped, stepBetween } from "./step";
import { type Border, type Place, same, toBorder, toCoordinates, toMetres, toPlace } from "./units";

export type Mode = "look" | "move" | "remove" | "line" | "area" | "point";

export interface Shapes {
  outline: Border;
  units: { code: string; name: string; border: Border; changed: boolean }[];
  gaps: Border;
  /** Whether what is drawn snaps onto the outline too, not only onto the units. */
  snaps?: boolean;
}

/** How far from a corner or side a finger, and a mouse, may press and still mean it, in CSS pixels. */
const FINGER = 22;
const SNAP = 16;
/** Pixels that an arrow key moves a corner, and with Shift. */
const STEP = 8;
const SMALL_STEP = 1;
/** After so long without a further key a corner that was moved by keyboard stays where it is. */
const REST_MS = 500;

type Shape = Feature<MultiPolygon>;

export class Editor {
  readonly #element: HTMLElement;
  readonly #target = document.createElement("div");
  readonly #credit = document.createElement("div");
  readonly #map: OlMap;
  readonly #units = new VectorSource<Shape>();
  readonly #outline = new VectorSource<Shape>();
  readonly #gaps = new VectorSource<Shape>();
  readonly #marks = new VectorSource<Feature>();
  /** What a point that is drawn snaps onto. One list for one interaction: a second one would move on what the first has snapped. */
  readonly #near = new Collection<Feature>();
  readonly #layers: { source: VectorSource<Feature>; layer: VectorLayer }[];
  readonly #modify: Modify;
  readonly #snap: Snap;
  readonly #stops: (() => void)[] = [];
  #draw: Draw | null = null;
  #theme: Theme;
  #mode: Mode = "look";
  #selected: string | null = null;
  /** The borders as the page has them, by code. */
  #truth = new Map<string, Border>();
  /** The border around them. */
  #around: Border = [];
  /** Whether what is drawn snaps onto that too. */
  #snaps = false;
  /** The sides of both, once a corner was dragged. */
  #sides: Sides | null = null;
  #trouble: Place | null = null;
  /** What the corner that is being dragged would be laid onto. */
  #snapped: Place | null = null;
  /** Where something stands that has no outline. */
  #point: Place | null = null;
  /** The corner that the keyboard is at. */
  #corner: Place | null = null;
  /** Where that corner is being moved to. */
  #towards: Place | null = null;
  /** Where else it may be once the page has answered: laid onto what was near, or back where it was. */
  #otherwise: Place[] = [];
  #restTimer = 0;
  /** Corners of a line drawn by keyboard. */
  #line: Place[] = [];
  /** What was told last of what is being drawn. */
  #told = "";
  #frame = 0;
  #fitted = false;
  #disposed = false;

  constructor(element: HTMLElement, basemap: Basemap | null) {
    this.#element = element;
    this.#theme = readTheme(element);
    Object.assign(this.#target.style, { position: "absolute", inset: "0" });
    this.#target.className = "map-live";
    this.#credit.className = "map-credit";
    Object.assign(this.#credit.style, { position: "absolute", right: "4px", bottom: "4px", pointerEvents: "none" });
    element.append(this.#target, this.#credit);
    element.setAttribute("role", "application");
    element.setAttribute("aria-roledescription", "可以改边界的地图");
    element.tabIndex = 0;
    this.#map = new OlMap({
      target: this.#target,
      keyboardEventTarget: element,
      controls: [],
      interactions: interactions(),
      view: new View({ enableRotation: false, minResolution: resolutionOf(21), maxResolution: resolutionOf(6), center: [0, 0], resolution: resolutionOf(14) }),
    });
    const add = (source: VectorSource<Feature>, zIndex: number) => {
      const layer = new VectorLayer({ source, zIndex, updateWhileAnimating: true, updateWhileInteracting: true, declutter: source === (this.#units as VectorSource<Feature>) });
      this.#map.addLayer(layer);
      return { source, layer };
    };
    this.#layers = [add(this.#units as VectorSource<Feature>, 10), add(this.#gaps as VectorSource<Feature>, 12), add(this.#outline as VectorSource<Feature>, 20), add(this.#marks, 40)];
    this.#modify = new Modify({ source: this.#units as VectorSource<Feature>, pixelTolerance: FINGER, deleteCondition: () => false, style: () => this.#handle() });
    this.#modify.setActive(false);
    this.#modify.on("modifystart", () => this.#watchDrag());
    this.#modify.on("modifyend", () => {
      cancelAnimationFrame(this.#frame);
      this.#tellStep("edit-op", this.#step());
      this.setSnap();
    });
    this.#snap = new Snap({ features: this.#near, pixelTolerance: SNAP });
    this.#snap.setActive(false);
    this.#map.addInteraction(this.#modify);
    this.#map.addInteraction(this.#snap);
    this.#map.on("click", (event) => this.#clicked(event));
    // Not "moveend", which the first frame alone does not tell.
    this.#map.on("postrender", ({ frameState }) => {
      // In metres, as a picture's: where on the screen a place is can be told from outside.
      if (frameState?.extent) this.#element.dataset.extent = frameState.extent.map((metres) => metres.toFixed(2)).join(",");
    });
    this.#map.on("change:size", () => {
      if (!this.#fitted) this.fit();
    });
    const keys = (event: KeyboardEvent) => this.#key(event);
    // Before OpenLayers, whose arrows move the map.
    element.addEventListener("keydown", keys, { capture: true });
    this.#stops.push(() => element.removeEventListener("keydown", keys, { capture: true }));
    this.#stops.push(
      watchTheme(() => {
        this.#theme = readTheme(element);
        this.#style();
      }),
    );
    this.#style();
    if (basemap) void this.#ground(basemap);
  }

  setShapes(text: string): void {
    const shapes = JSON.parse(text) as Shapes;
    this.#truth = new Map(shapes.units.map(({ code, border }) => [code, border]));
    this.#around = shapes.outline;
    this.#snaps = shapes.snaps ?? false;
    this.#sides = null;
    // Each by itself: a fast clear tells nobody, and what was drawn first would go on being dragged, unseen.
    this.#units.clear();
    this.#units.addFeatures(
      shapes.units.map(({ code, name, border, changed }) => {
        const shape: Shape = new Feature({ geometry: new MultiPolygon(toCoordinates(border)), name, changed });
        shape.setId(code);
        return shape;
      }),
    );
    this.#gaps.clear(true);
    if (shapes.gaps.length) this.#gaps.addFeature(new Feature({ geometry: new MultiPolygon(toCoordinates(shapes.gaps)) }));
    this.#outline.clear(true);
    if (shapes.outline.length) this.#outline.addFeature(new Feature({ geometry: new MultiPolygon(toCoordinates(shapes.outline)) }));
    this.#near.clear();
    this.#near.extend([...this.#units.getFeatures(), ...(this.#snaps ? this.#outline.getFeatures() : [])]);
    const corners = this.#corners();
    const there = (place: Place) => corners.some((corner) => same(corner, place));
    if (this.#corner && !there(this.#corner)) this.#corner = this.#otherwise.find(there) ?? null;
    this.#otherwise = [];
    this.#towards = null;
    if (this.#line.length) {
      this.#line = [];
      this.#watchSketch(() => this.#line);
    }
    this.#mark();
    if (!this.#fitted) this.fit();
  }

  /** Where something is wrong; none for null. */
  setTrouble(lon?: number | null, lat?: number | null): void {
    this.#trouble = typeof lon === "number" && typeof lat === "number" ? [lon, lat] : null;
    this.#mark();
  }

  /** What a corner that is being dragged would be laid onto; none without numbers. */
  setSnap(lon?: number | null, lat?: number | null): void {
    const snap: Place | null = typeof lon === "number" && typeof lat === "number" ? [lon, lat] : null;
    if (snap === this.#snapped || same(snap ?? undefined, this.#snapped ?? undefined)) return;
    this.#snapped = snap;
    this.#mark();
  }

  /** Where something stands that has no outline; none without numbers. */
  setPoint(lon?: number | null, lat?: number | null): void {
    this.#point = typeof lon === "number" && typeof lat === "number" ? [lon, lat] : null;
    this.#mark();
  }

  /** Brings a place into view. */
  show(lon: number, lat: number): void {
    this.#map.getView().animate({ center: toMetres([lon, lat]), duration: duration() });
  }

  setMode(mode: Mode): void {
    this.#mode = mode;
    if (this.#draw) this.#map.removeInteraction(this.#draw);
    this.#draw = null;
    this.#corner = this.#towards = null;
    this.#line = [];
    this.#endSketch();
    this.#modify.setActive(mode === "move");
    this.#snap.setActive(mode === "line" || mode === "area");
    if (mode === "line" || mode === "area") {
      const draw = new Draw({ type: mode === "line" ? "LineString" : "Polygon", clickTolerance: 10, snapTolerance: FINGER, dragVertexDelay: 0, stopClick: true, style: () => this.#sketch() });
      draw.on("drawstart", ({ feature }) => {
        const geometry = feature.getGeometry() as LineString | Polygon;
        // The last corner is the pointer's. Of the first one alone no change is told.
        this.#watchSketch(() => placesOf(geometry).slice(0, 1));
        geometry.on("change", () => this.#watchSketch(() => placesOf(geometry).slice(0, -1)));
      });
      draw.on("drawabort", () => this.#watchSketch(() => []));
      draw.on("drawend", ({ feature }) => this.#drawn(feature.getGeometry() as LineString | Polygon));
      this.#draw = draw;
      // Snapping has to see a press before the one that draws.
      this.#map.removeInteraction(this.#snap);
      this.#map.addInteraction(draw);
      this.#map.addInteraction(this.#snap);
    }
    this.#element.dataset.mode = mode;
    this.#mark();
  }

  select(code?: string | null): void {
    this.#selected = code ?? null;
    this.#corner = this.#towards = null;
    this.#style();
    this.#mark();
  }

  /** Ends what is being drawn. */
  finish(): void {
    if (this.#line.length > 1) {
      this.#endSketch();
      this.#tell("edit-drawn", { points: this.#line });
    } else this.#draw?.finishDrawing();
  }

  undoPoint(): void {
    if (this.#line.length) {
      this.#line.pop();
      this.#mark();
      this.#watchSketch(() => this.#line);
    } else {
      this.#draw?.removeLastPoint();
    }
  }

  zoomBy(steps: number): void {
    const view = this.#map.getView();
    const resolution = view.getResolution();
    if (resolution) view.animate({ resolution: resolution / 2 ** steps, duration: duration() });
  }

  fit(): void {
    this.#fitTo(this.#outline.isEmpty() ? this.#units : this.#outline);
  }

  /** Brings what may be changed into view: the shapes, else the point, else all. */
  fitUnits(): void {
    const view = this.#map.getView();
    if (!this.#units.isEmpty()) this.#fitTo(this.#units);
    else if (this.#point) {
      view.setCenter(toMetres(this.#point));
      view.setResolution(resolutionOf(18));
    } else this.fit();
  }

  #fitTo(source: VectorSource<Shape>): void {
    const size = this.#map.getSize();
    if (source.isEmpty() || !size || !(size[0] as number)) return;
    const state = viewFitting(source.getExtent() as Extent, size[0] as number, size[1] as number, 32);
    const view = this.#map.getView();
    view.setCenter(state.center);
    view.setResolution(state.resolution);
    this.#fitted = true;
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    clearTimeout(this.#restTimer);
    cancelAnimationFrame(this.#frame);
    for (const stop of this.#stops) stop();
    this.#map.setTarget(undefined);
    this.#map.dispose();
    this.#target.remove();
    this.#credit.remove();
    this.#element.removeAttribute("role");
    this.#element.removeAttribute("aria-roledescription");
    this.#element.removeAttribute("tabindex");
  }

  async #ground(basemap: Basemap): Promise<void> {
    const { basemapLayers } = await import("../map/basemap");
    if (this.#disposed) return;
    for (const [i, layer] of basemapLayers(basemap, basemap.kind, () => undefined).entries()) {
      layer.setZIndex(i === 0 ? 0 : 15);
      this.#map.addLayer(layer);
    }
    this.#credit.textContent = creditOf(basemap);
  }

  /** The step that the shapes on the map are away from the page's borders. */
  #step(): Step | null {
    for (const shape of this.#units.getFeatures()) {
      const before = this.#truth.get(String(shape.getId()));
      const step = before && stepBetween(before, toBorder(shape.getGeometry()?.getCoordinates() ?? []));
      if (step) return step;
    }
    return null;
  }

  /** Tells once a frame what it would be if the finger let go now. */
  #watchDrag(): void {
    cancelAnimationFrame(this.#frame);
    let last = "";
    const look = () => {
      const step = this.#step();
      const text = JSON.stringify(step);
      if (step && text !== last) this.#tellStep("edit-try", step);
      last = text;
      this.#frame = requestAnimationFrame(look);
    };
    look();
  }

  /** With a corner that is moved goes what it is beside, if anything: the page knows whether it can be laid onto that. */
  #tellStep(name: string, step: Step | null): void {
    if (!step) return;
    const detail: { json: string; join?: string } = { json: JSON.stringify(step) };
    if (step.op === "move") {
      const place = ({ lon, lat }: { lon: number; lat: number }): Place => [lon, lat];
      const [from, to] = [place(step.from), place(step.to)];
      const target = this.#laidOnto(from, to);
      if (target) detail.join = JSON.stringify(joined(from, target));
    }
    this.#send(name, detail);
  }

  /** What a corner that is let go at `to` would be laid onto. */
  #laidOnto(from: Place, to: Place): Place | null {
    this.#sides ??= sidesOf([...this.#truth.values(), this.#around]);
    return onto(this.#sides, from, to, (corner) => this.#pixelOf(corner), SNAP);
  }

  /** In CSS pixels from the corner of the world: where the map is moved to does not matter. */
  #pixelOf(place: Place): [number, number] {
    const resolution = this.#map.getView().getResolution() ?? 1;
    const [x, y] = toMetres(place);
    return [x / resolution, y / resolution];
  }

  /** Tells once a frame which points stand by now, if others than before: between them the pointer only moves. */
  #watchSketch(points: () => Place[]): void {
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame(() => {
      const json = JSON.stringify({ points: points() });
      if (json === this.#told) return;
      this.#told = json;
      this.#send("edit-sketch", { json });
    });
  }

  /** What is drawn next is told anew. */
  #endSketch(): void {
    cancelAnimationFrame(this.#frame);
    this.#told = "";
  }

  #drawn(geometry: LineString | Polygon): void {
    this.#endSketch();
    const points = placesOf(geometry);
    // The sketch goes with this very event: what comes of it the page shows.
    setTimeout(() => this.#tell("edit-drawn", { points }));
  }

  #clicked(event: MapBrowserEvent): void {
    if (this.#mode === "line" || this.#mode === "area") return;
    if (this.#mode === "point") {
      this.#tell("edit-drawn", { points: [toPlace(event.coordinate)] });
      return;
    }
    if (this.#mode === "remove") {
      const at = nearest(this.#truth.values(), (place) => this.#pixels(place, event.pixel), FINGER);
      if (at) this.#tell("edit-op", removed(at));
      return;
    }
    const found = this.#units.getFeaturesAtCoordinate(event.coordinate)[0];
    if (this.#mode === "look") this.#send("edit-select", { code: found ? String(found.getId()) : null });
  }

  #pixels(place: Place, [x, y]: number[]): number {
    const at = this.#map.getPixelFromCoordinate(toMetres(place));
    return at ? Math.hypot((at[0] as number) - (x as number), (at[1] as number) - (y as number)) : Number.POSITIVE_INFINITY;
  }

  /** The corners that the keyboard goes through: of the chosen part, and while a new one is drawn of the outline too. */
  #corners(): Place[] {
    const own = (this.#selected && this.#truth.get(this.#selected)?.flat(2)) || [];
    if (this.#mode !== "area" || !this.#snaps) return own;
    const known = new Set(own.map(String));
    return [...own, ...this.#around.flat(2).filter((place) => !known.has(String(place)))];
  }

  #key(event: KeyboardEvent): void {
    if (event.target !== this.#element || event.ctrlKey || event.metaKey || event.altKey) return;
    const act = this.#keys(event)[event.key];
    if (!act || act() === false) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }

  #keys(event: KeyboardEvent): Record<string, (() => unknown) | undefined> {
    const by = event.shiftKey ? SMALL_STEP : STEP;
    const drawing = this.#mode === "line" || this.#mode === "area";
    const nudging = this.#mode === "move" && this.#corner !== null;
    return {
      n: () => this.#next(1),
      p: () => this.#next(-1),
      ...(nudging && {
        ArrowLeft: () => this.#nudge(-by, 0),
        ArrowRight: () => this.#nudge(by, 0),
        ArrowUp: () => this.#nudge(0, by),
        ArrowDown: () => this.#nudge(0, -by),
        i: () => this.#insert(),
        Delete: () => this.#corner && this.#tell("edit-op", removed(this.#corner)),
        Enter: () => this.#settle(),
      }),
      ...(this.#mode === "point" && { Enter: () => this.#pin() }),
      ...(drawing && {
        ArrowLeft: () => this.#loose(),
        ArrowRight: () => this.#loose(),
        ArrowUp: () => this.#loose(),
        ArrowDown: () => this.#loose(),
        Enter: () => this.#add(),
        Backspace: () => this.undoPoint(),
        f: () => this.finish(),
      }),
      Escape: () => this.#escape(),
    };
  }

  #next(by: 1 | -1): boolean {
    const corners = this.#corners();
    if (!corners.length) return false;
    this.#settle();
    const now = corners.findIndex((place) => same(place, this.#corner ?? undefined));
    const at = now < 0 ? (by > 0 ? 0 : corners.length - 1) : (now + by + corners.length) % corners.length;
    this.#corner = corners[at] as Place;
    this.#mark();
    this.#send("edit-cursor", { number: at + 1, of: corners.length, lon: this.#corner[0], lat: this.#corner[1] });
    return true;
  }

  #nudge(x: number, y: number): void {
    const from = this.#towards ?? this.#corner;
    if (!from || !this.#corner) return;
    const resolution = this.#map.getView().getResolution() ?? 1;
    const [mx, my] = toMetres(from);
    this.#towards = toPlace([mx + x * resolution, my + y * resolution]);
    this.#mark();
    this.#tellStep("edit-try", moved(this.#corner, this.#towards));
    clearTimeout(this.#restTimer);
    this.#restTimer = window.setTimeout(() => this.#settle(), REST_MS);
  }

  /** A corner that was moved by keyboard stays where it is. */
  #settle(): void {
    clearTimeout(this.#restTimer);
    const [from, to] = [this.#corner, this.#towards];
    this.#towards = null;
    if (!from || !to) return;
    this.#corner = to;
    this.#otherwise = [this.#laidOnto(from, to), from].filter((place) => place !== null);
    this.#tellStep("edit-op", moved(from, to));
    this.setSnap();
  }

  /** A corner in the middle of the side that begins here. */
  #insert(): void {
    const ring = (this.#selected ? (this.#truth.get(this.#selected)?.flat(1) ?? []) : []).find((ring) => ring.some((place) => same(place, this.#corner ?? undefined)));
    if (!ring || !this.#corner) return;
    const here = ring.findIndex((place) => same(place, this.#corner as Place));
    const [a, b] = [ring[here] as Place, ring[(here + 1) % ring.length] as Place];
    const middle: Place = [Math.round((a[0] + b[0]) / 2), Math.round((a[1] + b[1]) / 2)];
    this.#corner = middle;
    this.#tell("edit-op", inserted(a, b, middle));
  }

  /** The corner that the keyboard is at, else the middle of the map, snapped as what a finger draws. */
  #add(): boolean {
    const place = this.#corner ?? this.#snappedMiddle();
    if (!place) return false;
    if (!same(this.#line.at(-1), place)) this.#line.push(place);
    this.#mark();
    this.#watchSketch(() => this.#line);
    return true;
  }

  /** By keyboard the map is moved until the place is in its middle. */
  #middle(): Place | null {
    const centre = this.#map.getView().getCenter();
    return centre ? toPlace(centre) : null;
  }

  #snappedMiddle(): Place | null {
    const at = this.#middle();
    const sides = sidesOf([...this.#truth.values(), ...(this.#snaps ? [this.#around] : [])]);
    return at && (snapped(sides, at, (place) => this.#pixelOf(place), SNAP) ?? at);
  }

  #pin(): void {
    const at = this.#middle();
    if (at) this.#tell("edit-drawn", { points: [at] });
  }

  /** The map is moved, as anywhere: its middle counts, no longer the corner that the keyboard was at. */
  #loose(): boolean {
    this.#corner = null;
    this.#mark();
    return false;
  }

  #escape(): boolean {
    if (this.#draw) this.#draw.abortDrawing();
    this.#line = [];
    this.#towards = null;
    this.#corner = null;
    this.#mark();
    this.#send("edit-escape", {});
    return true;
  }

  #mark(): void {
    this.#marks.clear(true);
    const point = (place: Place, mark: string) => new Feature({ geometry: new Point(toMetres(place)), mark });
    if (this.#mode === "move" || this.#mode === "remove") {
      const seen = new Set<string>();
      for (const place of [...this.#truth.values()].flat(3)) {
        if (seen.has(String(place))) continue;
        seen.add(String(place));
        this.#marks.addFeature(point(place, "corner"));
      }
    }
    if (this.#line.length) this.#marks.addFeature(new Feature({ geometry: new LineString([...this.#line, ...(this.#corner ? [this.#corner] : [])].map(toMetres)), mark: "line" }));
    if (this.#corner) this.#marks.addFeature(point(this.#towards ?? this.#corner, "cursor"));
    if (this.#point) this.#marks.addFeature(point(this.#point, "point"));
    if (this.#snapped) this.#marks.addFeature(point(this.#snapped, "cursor"));
    if (this.#trouble) this.#marks.addFeature(point(this.#trouble, "trouble"));
  }

  #handle(): Style {
    return dot(11, css(this.#theme.halo), css(this.#theme.select), 3);
  }

  #sketch(): Style[] {
    const ink = css(this.#theme.select);
    return [
      new Style({ stroke: new Stroke({ color: css(this.#theme.halo), width: 7 }), fill: new Fill({ color: css(this.#theme.hover, 0.15) }) }),
      new Style({ stroke: new Stroke({ color: ink, width: 3, lineDash: [8, 6] }), image: new CircleStyle({ radius: 8, fill: new Fill({ color: css(this.#theme.halo) }), stroke: new Stroke({ color: ink, width: 3 }) }) }),
    ];
  }

  #style(): void {
    const theme = this.#theme;
    const text = (name: string) => new Text({ text: name, font: `500 ${theme.labelSize}px ${theme.fontFamily}`, fill: new Fill({ color: css(theme.label) }), stroke: new Stroke({ color: css(theme.halo, 0.85), width: 3 }), overflow: false });
    const [units, gaps, outline, marks] = this.#layers.map(({ layer }) => layer) as [VectorLayer, VectorLayer, VectorLayer, VectorLayer];
    units.setStyle((feature) => {
      const chosen = feature.getId() === this.#selected;
      const name = String(feature.get("name"));
      return new Style({
        fill: new Fill({ color: chosen ? css(theme.hover, 0.22) : css(theme.fill, 0.55) }),
        // Changed parts have a dashed border: told by more than a colour.
        stroke: new Stroke({ color: css(chosen ? theme.select : theme.line), width: chosen ? 4 : 2, ...(feature.get("changed") && { lineDash: [10, 4] }) }),
        text: text(feature.get("changed") ? `${name}（已改）` : name),
        zIndex: chosen ? 1 : 0,
      });
    });
    gaps.setStyle(new Style({ fill: new Fill({ color: css(ALARM, 0.3) }), stroke: new Stroke({ color: css(ALARM), width: 3 }), text: text("空隙") }));
    outline.setStyle(new Style({ stroke: new Stroke({ color: css(theme.outline), width: 3 }) }));
    marks.setStyle((feature) => {
      switch (feature.get("mark")) {
        case "corner":
          return dot(5, css(theme.halo), css(theme.select), 2);
        case "cursor":
          return dot(12, css(theme.halo, 0.6), css(theme.select), 4);
        case "point":
          return dot(9, css(theme.select), css(theme.halo), 3);
        case "trouble":
          return dot(16, css(ALARM, 0.25), css(ALARM), 4);
        default:
          return new Style({ stroke: new Stroke({ color: css(theme.select), width: 3, lineDash: [8, 6] }) });
      }
    });
  }

  /** With what it carries as text, so that the page reads it with the types that it has anyway. */
  #tell(name: string, detail: object | null): void {
    if (detail) this.#send(name, { json: JSON.stringify(detail) });
  }

  #send(name: string, detail: object): void {
    if (!this.#disposed) this.#element.dispatchEvent(new CustomEvent(`linli:${name}`, { bubbles: true, detail }));
  }
}

const ALARM: [number, number, number] = [168, 56, 0];

const dot = (radius: number, fill: string, stroke: string, width: number): Style => new Style({ image: new CircleStyle({ radius, fill: new Fill({ color: fill }), stroke: new Stroke({ color: stroke, width }) }) });

/** The corners of what is drawn, without the one that follows the pointer back to the beginning. */
function placesOf(geometry: LineString | Polygon): Place[] {
  const coordinates = geometry.getType() === "LineString" ? (geometry as LineString).getCoordinates() : ((geometry as Polygon).getCoordinates()[0] ?? []).slice(0, -1);
  return coordinates.map(toPlace);
}

const duration = (): number => (matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 180);

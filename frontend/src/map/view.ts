/**
 * The map's drawing component: one canvas that shows a collection, and nothing of the page.
 *
 * It asks a `Source` for positions and thumbnails, draws points, thumbnails and lines, and tells
 * by events what a person did. It keeps no opinion about labels, filters or panels: those are
 * given to it. A page shows what a lasso encloses, the studio gives it a label:
 *
 *     const map = new MapView(element, source);
 *     map.on("lasso", ({ indices, add }) => …);
 *     map.on("select", (index) => …);
 *     await map.open();
 *     map.setColour({ shades, palette, frames: true }); // again after labels have changed
 *     map.setMode("lasso");                             // or by holding the shift key
 */

import type { Layout, Manifest, Source } from "../data/source";
import type { Insets, Rect, View } from "./camera";
import { dotSide } from "./dots";
import { Emitter } from "./emitter";
import type { Colouring, Cover, MapEvents, Mode, Theme } from "./events";
import { Frames } from "./frames";
import { Gestures } from "./gestures";
import type { Moment } from "./moment";
import { Motion } from "./motion";
import { Painter } from "./painter";
import type { Places } from "./places";
import { Shelf } from "./shelf";
import { State } from "./state";
import { Steering, type Steered } from "./steering";
import { Viewport } from "./viewport";

export type { Colouring, Cover, Hover, Lasso, MapEvents, Mode, NearPicture, Theme } from "./events";

const NEAR_ENOUGH = 72; // CSS pixels a picture, after a flight to one

export class MapView extends Emitter<MapEvents> {
  readonly canvas: HTMLCanvasElement;
  private readonly steering: Steering;
  private readonly gestures: Gestures;
  private readonly resizing: ResizeObserver;
  private readonly motion = new Motion();
  private readonly port = new Viewport();
  private readonly state = new State();
  private readonly painter: Painter;
  private readonly frames: Frames;
  private shelf: Shelf | null = null;
  private places: Places | null = null;
  private before: Places | null = null;
  private asked = 0;
  private reading = 0;
  private closed = false;

  /**
   * Draws into a canvas of its own in `element`, as large as that.
   * Throws a GraphicsError where there is no WebGL2.
   */
  constructor(
    private readonly element: HTMLElement,
    private readonly source: Source,
  ) {
    super();
    this.canvas = document.createElement("canvas");
    this.canvas.tabIndex = 0;
    Object.assign(this.canvas.style, {
      position: "absolute", inset: "0", width: "100%", height: "100%", touchAction: "none", display: "block",
    });
    this.painter = new Painter(this.canvas, this.port, this.state);
    element.append(this.canvas);
    this.frames = new Frames((now) => this.draw(now), () => this.painter.crowd.rest());
    this.steering = new Steering(this.helm());
    this.gestures = new Gestures(this.canvas, this.steering);
    this.canvas.addEventListener("webglcontextlost", (event) => this.lost(event));
    this.canvas.addEventListener("webglcontextrestored", () => this.back());
    this.resizing = new ResizeObserver(() => this.resize());
    this.resizing.observe(element);
  }

  /** Reads the manifest and shows a layout as its points come; resolves when all are there. */
  async open(layout?: string, view?: View): Promise<Manifest> {
    const manifest = await this.source.manifest();
    this.shelf = new Shelf(this.source, manifest, this.state.allowed);
    this.state.begin(manifest.count);
    this.port.measure(this.element);
    this.painter.fitCanvas();
    this.makeGraphics();
    const first = this.shelf.find(layout) ?? this.shelf.first;
    if (!first) return manifest;
    this.show(first);
    if (view) this.moveTo(view);
    else this.showAll({ fly: false });
    await this.load(first);
    return manifest;
  }

  destroy(): void {
    this.closed = true;
    this.frames.close();
    this.gestures.close();
    this.resizing.disconnect();
    this.painter.lose();
    this.canvas.remove();
  }

  // Layouts --------------------------------------------------------------------------------------

  get layout(): Layout | null {
    return this.places?.layout ?? null;
  }

  /** Moves every picture to its place in another layout. Resolves when its positions are there. */
  async setLayout(id: string, { animate = true } = {}): Promise<void> {
    const next = this.shelf?.find(id);
    if (!next || next === this.places) return;
    const asked = ++this.asked;
    await this.load(next);
    if (asked !== this.asked || this.closed) return; // a person has chosen another meanwhile
    const moves = animate && !this.state.still;
    this.before = moves ? this.places : null;
    this.show(next);
    this.painter.setPlaces(this.before ?? next, next);
    if (moves) this.motion.startChange();
    this.showAll({ fly: animate });
    this.redraw();
  }

  private show(places: Places): void {
    this.places = places;
    this.port.layout = places.layout;
    this.painter.marks.lasso = [];
    this.painter.marks.setGround([]);
    this.hover(null);
    if (places.layout.lines) void this.loadLines(places);
  }

  private async load(places: Places): Promise<void> {
    this.reading += 1;
    try {
      await this.shelf?.load(places, (offset, block) => {
        if (places !== this.places) return;
        this.painter.addPlaces(block, offset);
        this.redraw();
      });
    } finally {
      this.reading -= 1;
    }
  }

  private async loadLines(places: Places): Promise<void> {
    try {
      const lines = await this.source.lines(places.layout.id);
      if (places !== this.places) return;
      this.painter.marks.setGround(lines);
      this.redraw();
    } catch (error) {
      this.emit("fault", error as Error);
    }
  }

  // What is given to it --------------------------------------------------------------------------

  setColour(colouring: Colouring): void {
    this.state.colouring = colouring;
    this.painter.setColour(colouring);
    this.redraw();
  }

  /** `passes`: uint8 (count,), 1 where a picture is shown; null shows all. */
  setFilter(passes: Uint8Array | null): void {
    this.state.filter(passes);
    this.painter.setStates();
    this.redraw();
  }

  /** The chosen pictures stand out; an empty list ends that. */
  setChosen(indices: Iterable<number>): void {
    this.state.choose(indices);
    this.painter.setStates();
    this.redraw();
  }

  /** Makes a picture the current one, with lines to its neighbours; null for none. */
  select(index: number | null, neighbours: readonly number[] = []): void {
    this.state.current = index;
    this.state.neighbours = index === null ? [] : neighbours;
    this.painter.crowd.again();
    this.frames.wake();
  }

  setMode(mode: Mode): void {
    if (mode === this.steering.mode) return;
    this.steering.mode = mode;
    this.canvas.style.cursor = mode === "lasso" ? "crosshair" : "";
    this.emit("mode", mode);
  }

  /** While set, a lasso adds to what was chosen. */
  setAdding(adding: boolean): void {
    this.steering.adding = adding;
  }

  setTheme(theme: Theme): void {
    this.state.theme = theme;
    this.redraw();
  }

  /** Space at the edges that something lies over. */
  setInsets(insets: Insets): void {
    this.port.insets = insets;
    if (this.port.fitted) this.showAll({ fly: false });
  }

  /** Names that lie over the map: of the thumbnails, other ones are chosen that do not lie beneath. */
  setCovers(covers: readonly Cover[]): void {
    const others = covers.length !== this.state.covers.length;
    this.state.covers = covers;
    if (!others) return; // names that only moved are minded with the next move of the camera
    this.painter.crowd.again();
    this.frames.wake();
  }

  /** False: dots only. */
  setPictures(shown: boolean): void {
    this.state.pictures = shown;
    this.redraw();
  }

  /** True for people who asked for less motion: no flights, no glides, no fades. */
  setStill(still: boolean): void {
    this.state.still = still;
  }

  // Camera ---------------------------------------------------------------------------------------

  get view(): View {
    return this.port.view;
  }

  /** Whether the whole layout is in view because nobody moved yet. */
  get whole(): boolean {
    return this.port.fitted;
  }

  /** Whether the camera or the pictures are on their way. */
  get moving(): boolean {
    return this.motion.moving;
  }

  showAll({ fly = true } = {}): void {
    const { home } = this.port;
    if (!home) return;
    if (fly) this.flyTo(home);
    else this.moveTo(home);
    this.port.fitted = true;
  }

  flyTo(target: View): void {
    const to = this.port.bounded(target);
    this.port.fitted = false;
    if (this.state.still) return this.moveTo(to);
    this.motion.fly(this.port.view, to, this.port.size);
    this.frames.wake();
  }

  /** Flies to where a rectangle of the layout fills the free space. */
  flyToRect(rect: Rect): void {
    this.flyTo(this.port.fitting(rect));
  }

  /** Flies to a picture, near enough to see it among its neighbours. */
  flyToPicture(index: number): void {
    if (!this.places) return;
    const scale = Math.max(this.port.view.scale, NEAR_ENOUGH / this.places.layout.spacing);
    this.flyTo(this.port.centred(...this.places.position(index), scale));
  }

  /** Pans, without zooming, when something lies over a picture or it is out of sight. */
  reveal(index: number): void {
    const place = this.placeOf(index);
    if (!place || !this.places || this.port.isFree(...place)) return;
    this.flyTo(this.port.centred(...this.places.position(index), this.port.view.scale));
  }

  moveTo(view: View): void {
    this.motion.halt();
    this.port.fitted = false;
    this.port.view = this.port.bounded(view);
    this.redraw();
  }

  /** Zoom around the middle of the free space. */
  zoom(factor: number, { fly = true } = {}): void {
    const target = this.port.zoomed(...this.port.middle, factor);
    if (fly) this.flyTo(target);
    else this.moveTo(target);
  }

  // Where things are -----------------------------------------------------------------------------

  /** Where a picture stands, in CSS pixels of the canvas. */
  placeOf(index: number): [number, number] | null {
    return this.places ? this.project(...this.places.position(index)) : null;
  }

  /** From units of the layout to CSS pixels of the canvas. */
  project(x: number, y: number): [number, number] {
    return this.port.project(x, y);
  }

  /** Indices of the pictures in sight that the filter lets through, ascending. */
  inSight(): number[] {
    return this.places?.inside(this.port.freeSight()).filter(this.state.allowed) ?? [];
  }

  /** The rectangle that holds pictures of the current layout, with a little air. */
  rectOf(indices: readonly number[]): Rect | null {
    return this.places?.rectOf(indices) ?? null;
  }

  /** The picture at a place of the canvas: a thumbnail there, or else the nearest dot. */
  pick(left: number, top: number, reach: number): number | null {
    const { places, port } = this;
    const { atlas, crowd } = this.painter;
    if (!places || !atlas) return null;
    const thumbnail = crowd.at(left, top, { port, position: (index) => places.position(index), atlas });
    if (thumbnail >= 0) return thumbnail;
    const radius = Math.max(reach, dotSide(places.layout, port) / 2) / port.view.scale;
    const found = places.cells?.nearest(...port.unproject(left, top), radius, places.allowed) ?? -1;
    return found >= 0 ? found : null;
  }

  private helm(): Steered {
    const map = this;
    return {
      port: this.port,
      marks: this.painter.marks,
      get places() {
        return map.places;
      },
      moveTo: (view: View) => this.moveTo(view),
      zoom: (factor: number) => this.zoom(factor),
      showAll: () => this.showAll(),
      halt: () => this.motion.halt(),
      fling: (vx: number, vy: number) => {
        if (!this.state.still) this.motion.fling(vx, vy);
        this.frames.wake();
      },
      pick: (left: number, top: number, reach: number) => this.pick(left, top, reach),
      hover: (index: number | null) => this.hover(index),
      select: (index: number | null) => this.emit("select", index),
      enclosed: (lasso: MapEvents["lasso"]) => this.emit("lasso", lasso),
      wake: () => this.frames.wake(),
    };
  }

  private hover(index: number | null): void {
    if (index === this.state.hovered) return;
    this.state.hovered = index;
    const place = index === null ? null : this.placeOf(index);
    this.canvas.style.cursor = this.steering.drawing() ? "crosshair" : index === null ? "" : "pointer";
    this.emit("hover", index === null || !place ? null : { index, left: place[0], top: place[1] });
    this.painter.crowd.again();
    this.frames.wake();
  }

  // Frames ---------------------------------------------------------------------------------------

  /** Resolves when the next frame has been drawn. */
  frame(): Promise<void> {
    return this.frames.next();
  }

  /** What a test or a benchmark asks: whether all in sight is drawn, and how much that was. */
  get progress(): { settled: boolean; loaded: number; thumbnails: number; budget: number } {
    const { atlas, crowd, dots } = this.painter;
    return {
      settled: this.frames.asleep && this.reading === 0 && !atlas?.busy,
      loaded: this.places?.loaded ?? 0,
      thumbnails: atlas ? crowd.ready(atlas) : 0,
      budget: Math.round(dots.budget.dots),
    };
  }

  private redraw(): void {
    this.painter.again();
    this.frames.wake();
  }

  /** One frame. True when another one has to follow. */
  private draw(now: number): boolean {
    if (this.port.size.width < 2) return false;
    if (this.motion.moving) {
      this.port.view = this.port.bounded(this.motion.step(this.port.view, now)); // a glide ends at the edge
      this.painter.again();
    } else this.motion.idle();
    const moment = this.moment(now);
    if (!moment) return false;
    const more = this.painter.bring(moment);
    this.emit("near", this.painter.paint(moment));
    this.emit("camera", this.port.view);
    return more || this.motion.moving || this.painter.waiting;
  }

  private moment(now: number): Moment | null {
    const share = this.motion.share(now);
    if (share === 1 && this.before) this.landed();
    const { places, port, state, before } = this;
    const { atlas } = this.painter;
    if (!places || !atlas) return null;
    return { now, places, before: before ?? places, share, moving: this.motion.moving, port, state, atlas };
  }

  private landed(): void {
    this.before = null;
    if (this.places) this.painter.setPlaces(this.places, this.places);
    this.redraw();
  }

  private resize(): void {
    if (!this.port.measure(this.element)) return;
    this.painter.fitCanvas();
    if (this.port.fitted) this.showAll({ fly: false });
    this.redraw();
    // At once: a canvas that has changed its size is empty until something is drawn.
    const moment = this.before ? null : this.moment(performance.now());
    if (moment) this.painter.paint(moment);
  }

  private makeGraphics(): void {
    if (!this.shelf) return;
    this.painter.make(this.shelf.manifest, this.source, () => this.frames.wake());
    if (this.places) this.painter.setPlaces(this.before ?? this.places, this.places);
    this.frames.wake();
  }

  private lost(event: Event): void {
    event.preventDefault(); // so that it may come back
    this.painter.lose();
    this.emit("graphics", "lost");
  }

  private back(): void {
    this.makeGraphics();
    this.emit("graphics", "back");
  }
}

/**
 * The map's drawing component: one canvas that shows a collection, and nothing of the page.
 *
 * It asks a `Source` for what is in sight, draws points, thumbnails and lines, and tells by events
 * what a person did. It keeps no opinion about labels, filters or panels: those are given to it.
 */

import type { Layout, Manifest, Source } from "../data/source";
import {
  bounded, fit, NO_INSETS, project, sight, unproject, zoomAround,
  type Insets, type Rect, type Size, type View,
} from "./camera";
import { choose, ruleFor, type ThumbnailRule } from "./choice";
import { Emitter } from "./emitter";
import { Gestures } from "./gestures";
import { Budget, Motion } from "./motion";
import { Places } from "./places";
import { CHOSEN, HIDDEN, type Placing } from "./points";
import { colour } from "./program";
import { contextOf, Renderer, type Dots, type Line } from "./renderer";
import { segments } from "./strokes";
import type { Thumbnail } from "./thumbnails";

export interface MapEvents {
  /** A person pointed at a picture and pressed; null: at none. */
  select: number | null;
  /** A person drew a line around pictures; `add` when these join those chosen before. */
  lasso: { indices: readonly number[]; add: boolean };
  /** The picture under the pointer; null: none. In CSS pixels of the canvas. */
  hover: { index: number; left: number; top: number } | null;
  /** The camera moved, or the layouts are changing. */
  camera: View;
  /** Pictures so near that a large picture should lie over the thumbnail. */
  near: readonly NearPicture[];
  mode: Mode;
  /** The browser took the graphics away ("lost"), or gave them back ("back"). */
  graphics: "lost" | "back";
  /** Something could not be read. */
  fault: Error;
}

export interface NearPicture {
  readonly index: number;
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export type Mode = "pan" | "lasso";

/** Colours as "#rrggbb" or "#rrggbbaa". */
export interface Theme {
  readonly ghost: string;
  readonly accent: string;
  readonly line: string;
  readonly ground: string;
  readonly frame: string;
}

export interface Colouring {
  /** uint8 (count,): the shade of each point. */
  readonly shades: Uint8Array;
  /** RGBA, uint8 (256, 4). */
  readonly palette: Uint8Array;
  /** Whether thumbnails wear the colour as a frame. */
  readonly frames: boolean;
}

interface Shown {
  alpha: number;
  wanted: boolean;
}

const FADE = 180; // milliseconds
const NEAR_MOST = 40;

export class MapView extends Emitter<MapEvents> {
  readonly canvas: HTMLCanvasElement;
  private readonly gl: WebGL2RenderingContext;
  private readonly gestures: Gestures;
  private readonly resizing: ResizeObserver;
  private readonly motion = new Motion();
  private readonly budget = new Budget();
  private readonly kept = new Map<string, Places>();
  private renderer: Renderer | null = null;
  private manifest!: Manifest;
  private places: Places | null = null;
  private before: Places | null = null;
  private orderOf: Places | null = null;

  private size: Size = { width: 1, height: 1 };
  private ratio = 1;
  private insets: Insets = NO_INSETS;
  private camera: View = { x: 0.5, y: 0.5, scale: 1 };
  private fitted = true; // until a person moves, the whole is kept in view

  private states = new Uint8Array(0);
  private colouring: Colouring | null = null;
  private anyChosen = false;
  private ground: Float32Array = new Float32Array(0);
  private links: { from: number; to: readonly number[] } | null = null;
  private current: number | null = null;
  private hovered: number | null = null;
  private line: number[] = [];
  private adding = false;
  private mode: Mode = "pan";
  private theme: Theme = { ghost: "#8886", accent: "#0f5c66", line: "#0f5c66", ground: "#bbbbbb", frame: "#ffffff" };
  private still = false;
  private pictures = true;

  private readonly shown = new Map<number, Shown>();
  private rule: ThumbnailRule = { side: 48, spacing: 1 };
  private pending: (readonly [number, number])[] = [];
  private dirty = { dots: true, choice: true };
  private chosenAt = 0;
  private asked = 0;
  private last = 0;
  private closed = false;
  private painted: (() => void)[] = [];

  /** Draws into a canvas of its own in `element`, as large as that. */
  constructor(
    private readonly element: HTMLElement,
    private readonly source: Source,
  ) {
    super();
    this.canvas = document.createElement("canvas");
    this.canvas.tabIndex = 0;
    this.canvas.style.cssText = "position:absolute;inset:0;width:100%;height:100%;touch-action:none;display:block";
    this.gl = contextOf(this.canvas);
    element.append(this.canvas);
    this.gestures = new Gestures(this.canvas, this.hands());
    this.canvas.addEventListener("webglcontextlost", (event) => {
      event.preventDefault();
      this.renderer?.atlas.close();
      this.renderer = null;
      this.emit("graphics", "lost");
    });
    this.canvas.addEventListener("webglcontextrestored", () => {
      this.restore();
      this.emit("graphics", "back");
    });
    this.resizing = new ResizeObserver(() => this.resize());
    this.resizing.observe(element);
  }

  /** Reads the manifest and shows a layout as its points come; resolves when all are there. */
  async open(layout?: string, view?: View): Promise<Manifest> {
    this.manifest = await this.source.manifest();
    this.states = new Uint8Array(this.manifest.count);
    this.resize();
    this.restore();
    const first = this.layoutOf(layout) ?? this.manifest.layouts[0];
    if (!first) return this.manifest;
    const places = this.placesOf(first);
    this.places = places;
    if (first.lines) void this.loadLines(places);
    if (view) this.moveTo(view);
    else this.showAll({ fly: false });
    await this.load(places);
    return this.manifest;
  }

  // Layouts --------------------------------------------------------------------------------------

  get layout(): Layout | null {
    return this.places?.layout ?? null;
  }

  /** Moves every picture to its place in another layout. Resolves when its positions are there. */
  async setLayout(id: string, { animate = true, keep = false } = {}): Promise<void> {
    const layout = this.layoutOf(id);
    if (!layout || layout.id === this.places?.layout.id) return;
    const next = this.placesOf(layout);
    const asked = ++this.asked;
    if (!next.whole) await this.load(next);
    if (asked !== this.asked || this.closed) return; // a person has chosen another meanwhile
    this.before = this.places;
    this.places = next;
    this.ground = new Float32Array(0);
    if (layout.lines) void this.loadLines(next);
    this.upload();
    this.line = [];
    this.hover(null);
    if (animate && !this.still) this.motion.startChange();
    else this.before = null;
    if (!keep) this.showAll({ fly: animate });
    this.redraw();
  }

  private layoutOf(id: string | undefined): Layout | undefined {
    return this.manifest.layouts.find((layout) => layout.id === id);
  }

  private placesOf(layout: Layout): Places {
    let places = this.kept.get(layout.id);
    if (!places) {
      places = new Places(layout, this.manifest.count);
      places.allowed = (index) => (this.states[index] & HIDDEN) === 0;
      this.kept.set(layout.id, places);
    }
    return places;
  }

  private async load(places: Places): Promise<void> {
    await places.load(this.source, this.manifest, (offset, block) => {
      if (places !== this.places) return;
      this.renderer?.points.setFrom(block, offset);
      this.renderer?.points.setTo(block, offset);
      this.redraw();
    });
  }

  private async loadLines(places: Places): Promise<void> {
    try {
      const lines = await this.source.lines(places.layout.id);
      if (places !== this.places) return;
      this.ground = new Float32Array(lines.flatMap((line) => segments(line)));
      this.redraw();
    } catch (error) {
      this.emit("fault", error as Error);
    }
  }

  // What is given to it --------------------------------------------------------------------------

  setColour(colouring: Colouring): void {
    this.colouring = colouring;
    this.renderer?.points.setShades(colouring.shades);
    this.renderer?.points.setPalette(colouring.palette);
    this.redraw();
  }

  /** `passes`: uint8 (count,), 1 where a picture is shown; null shows all. */
  setFilter(passes: Uint8Array | null): void {
    for (let i = 0; i < this.states.length; i++) {
      this.states[i] = (this.states[i] & ~HIDDEN) | (passes === null || passes[i] ? 0 : HIDDEN);
    }
    this.renderer?.points.setStates(this.states);
    this.redraw();
  }

  /** The chosen pictures stand out; an empty list ends that. */
  setChosen(indices: Iterable<number>): void {
    for (let i = 0; i < this.states.length; i++) this.states[i] &= ~CHOSEN;
    this.anyChosen = false;
    for (const index of indices) {
      this.states[index] |= CHOSEN;
      this.anyChosen = true;
    }
    this.renderer?.points.setStates(this.states);
    this.redraw();
  }

  /** Makes a picture the current one, with lines to its neighbours; null for none. */
  select(index: number | null, neighbours: readonly number[] = []): void {
    this.current = index;
    this.links = index === null ? null : { from: index, to: neighbours };
    this.dirty.choice = true;
    this.wake();
  }

  setMode(mode: Mode): void {
    if (mode === this.mode) return;
    this.mode = mode;
    this.canvas.style.cursor = mode === "lasso" ? "crosshair" : "";
    this.emit("mode", mode);
  }

  setTheme(theme: Theme): void {
    this.theme = theme;
    this.redraw();
  }

  /** Space at the edges that something lies over. */
  setInsets(insets: Insets): void {
    this.insets = insets;
    if (this.fitted) this.showAll({ fly: false });
  }

  /** False: dots only. */
  setPictures(shown: boolean): void {
    this.pictures = shown;
    this.redraw();
  }

  /** True for people who asked for less motion: no flights, no glides, no fades. */
  setStill(still: boolean): void {
    this.still = still;
  }

  // Camera ---------------------------------------------------------------------------------------

  get view(): View {
    return this.camera;
  }

  /** Whether the whole layout is in view because nobody moved yet. */
  get whole(): boolean {
    return this.fitted;
  }

  showAll({ fly = true } = {}): void {
    const target = this.home();
    if (!target) return;
    if (fly) this.flyTo(target);
    else this.moveTo(target);
    this.fitted = true;
  }

  flyTo(target: View): void {
    const to = this.bounded(target);
    this.fitted = false;
    if (this.still) return this.moveTo(to);
    this.motion.fly(this.camera, to, this.size);
    this.wake();
  }

  /** Flies to where a rectangle of the layout fills the free space. */
  flyToRect(rect: Rect): void {
    this.flyTo(fit(rect, this.size, this.insets, 0.12));
  }

  /** Flies to a picture, near enough to see it among its neighbours, or only into sight. */
  flyToPicture(index: number): void {
    if (!this.places) return;
    const [x, y] = this.places.position(index);
    this.flyTo(this.centred(x, y, Math.max(this.camera.scale, 72 / this.places.layout.spacing)));
  }

  /** Pans, without zooming, when something lies over a picture or it is out of sight. */
  reveal(index: number): void {
    if (!this.places) return;
    const [x, y] = this.places.position(index);
    const [left, top] = this.project(x, y);
    const { insets, size } = this;
    const air = Math.min(60, size.width / 8);
    const free =
      left >= insets.left + air && left <= size.width - insets.right - air &&
      top >= insets.top + air && top <= size.height - insets.bottom - air;
    if (!free) this.flyTo(this.centred(x, y, this.camera.scale));
  }

  /** The view in which a place stands in the middle of the free space. */
  private centred(x: number, y: number, scale: number): View {
    const { left, right, top, bottom } = this.insets;
    return { x: x - (left - right) / 2 / scale, y: y - (top - bottom) / 2 / scale, scale };
  }

  moveTo(view: View): void {
    this.motion.halt();
    this.fitted = false;
    this.camera = this.bounded(view);
    this.moved();
  }

  /** Zoom around the middle of the free space. */
  zoom(factor: number, { fly = true } = {}): void {
    const { left, right, top, bottom } = this.insets;
    const middle: [number, number] = [
      (this.size.width + left - right) / 2,
      (this.size.height + top - bottom) / 2,
    ];
    const target = zoomAround(this.camera, this.size, ...middle, factor);
    if (fly) this.flyTo(target);
    else this.moveTo(target);
  }

  /** Where a picture stands, in CSS pixels of the canvas. */
  placeOf(index: number): [number, number] | null {
    if (!this.places) return null;
    return this.project(...this.places.position(index));
  }

  project(x: number, y: number): [number, number] {
    return project(this.camera, this.size, x, y);
  }

  /** Indices of the pictures in sight that the filter lets through, in the order of the tree. */
  inSight(most = Infinity): number[] {
    const { places } = this;
    if (!places) return [];
    const { left, right, top, bottom } = this.insets;
    const [x0, y0] = unproject(this.camera, this.size, left, top);
    const [x1, y1] = unproject(this.camera, this.size, this.size.width - right, this.size.height - bottom);
    return places.inside({ x0, y0, x1, y1 }).filter(places.allowed).slice(0, most);
  }

  /** The middle of pictures in the current layout: medians, which strays do not pull. */
  middleOf(indices: readonly number[]): [number, number] | null {
    const { places } = this;
    if (!places || indices.length === 0) return null;
    const median = (axis: 0 | 1) => {
      const all = Float64Array.from(indices, (index) => places.position(index)[axis]).sort();
      return all[all.length >> 1];
    };
    return [median(0), median(1)];
  }

  /** The rectangle that holds pictures of the current layout, with a little air. */
  rectOf(indices: readonly number[]): Rect | null {
    if (!this.places || indices.length === 0) return null;
    let [x0, y0, x1, y1] = [Infinity, Infinity, -Infinity, -Infinity];
    for (const index of indices) {
      const [x, y] = this.places.position(index);
      [x0, y0, x1, y1] = [Math.min(x0, x), Math.min(y0, y), Math.max(x1, x), Math.max(y1, y)];
    }
    const air = this.places.layout.spacing;
    return { x0: x0 - air, y0: y0 - air, x1: x1 + air, y1: y1 + air };
  }

  /** Resolves when the next frame has been drawn. */
  frame(): Promise<void> {
    return new Promise((resolve) => {
      this.painted.push(resolve);
      this.wake();
    });
  }

  /** What a benchmark asks: whether all in sight is drawn, and how much that was. */
  get progress(): { settled: boolean; loaded: number; thumbnails: number; budget: number } {
    const ready = [...this.shown.keys()].filter((index) => this.renderer?.atlas.slot(index)).length;
    const settled = this.asleep && this.pending.length === 0 && !this.renderer?.atlas.busy;
    return { settled, loaded: this.places?.loaded ?? 0, thumbnails: ready, budget: Math.round(this.budget.dots) };
  }

  destroy(): void {
    this.closed = true;
    this.gestures.close();
    this.resizing.disconnect();
    this.renderer?.atlas.close();
    this.canvas.remove();
  }

  private home(): View | null {
    const box = this.places?.layout.box;
    if (!box) return null;
    const air = this.places!.layout.spacing / 2;
    return fit({ x0: -air, y0: -air, x1: box[0] + air, y1: box[1] + air }, this.size, this.insets);
  }

  private bounded(view: View): View {
    const layout = this.places?.layout;
    const home = this.home();
    if (!layout || !home) return view;
    const side = Math.min(this.size.width, this.size.height);
    return bounded(view, layout.box, [home.scale * 0.5, Math.max(home.scale * 8, (side / layout.spacing) * 5)]);
  }

  private moved(): void {
    this.dirty.dots = true;
    this.dirty.choice = true;
    this.wake();
  }

  private redraw(): void {
    this.moved();
  }

  // Hands ----------------------------------------------------------------------------------------

  private hands() {
    return {
      pan: (dx: number, dy: number) => {
        const { x, y, scale } = this.camera;
        this.moveTo({ x: x - dx / scale, y: y - dy / scale, scale });
        this.hover(null);
      },
      zoom: (left: number, top: number, factor: number) =>
        this.moveTo(zoomAround(this.camera, this.size, left, top, this.allowedFactor(factor))),
      fling: (vx: number, vy: number) => {
        if (this.still) return;
        this.motion.fling(vx, vy);
        this.wake();
      },
      halt: () => this.motion.halt(),
      tap: (left: number, top: number, touch: boolean) => this.emit("select", this.pick(left, top, touch ? 24 : 12)),
      hover: (left: number, top: number) => this.hover([left, top]),
      leave: () => this.hover(null),
      drawing: () => this.mode === "lasso",
      draw: (phase: "start" | "move" | "end" | "cancel", left: number, top: number) => this.draw(phase, left, top),
      key: (event: KeyboardEvent) => this.key(event),
    };
  }

  /** At the limits of the scale a zoom must not shift the centre. */
  private allowedFactor(factor: number): number {
    return this.bounded({ ...this.camera, scale: this.camera.scale * factor }).scale / this.camera.scale;
  }

  private key(event: KeyboardEvent): boolean {
    if (event.altKey || event.ctrlKey || event.metaKey) return false;
    const step = (event.shiftKey ? 0.5 : 0.15) * Math.min(this.size.width, this.size.height);
    const ways: Record<string, readonly [number, number]> = {
      ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1],
    };
    const way = ways[event.key];
    if (way) {
      const { x, y, scale } = this.camera;
      this.moveTo({ x: x + (way[0] * step) / scale, y: y + (way[1] * step) / scale, scale });
    } else if (event.key === "+" || event.key === "=") this.zoom(1.5);
    else if (event.key === "-" || event.key === "_") this.zoom(1 / 1.5);
    else if (event.key === "0") this.showAll();
    else if (event.key === "Escape" && this.line.length) this.draw("cancel", 0, 0);
    else if (event.key === "Enter" || event.key === " ") this.selectMiddle();
    else return false;
    return true;
  }

  private selectMiddle(): void {
    const { left, right, top, bottom } = this.insets;
    const middle = [(this.size.width + left - right) / 2, (this.size.height + top - bottom) / 2] as const;
    this.emit("select", this.pick(...middle, Math.max(this.size.width, this.size.height)));
  }

  private draw(phase: "start" | "move" | "end" | "cancel", left: number, top: number): void {
    if (phase === "start") this.line = [];
    if (phase === "start" || phase === "move") this.line.push(...unproject(this.camera, this.size, left, top));
    if (phase === "end" && this.line.length >= 6 && this.places?.cells) {
      const indices = this.places.cells.enclosed(this.line).filter(this.places.allowed);
      this.emit("lasso", { indices, add: this.adding });
    }
    if (phase === "end" || phase === "cancel") this.line = [];
    this.wake();
  }

  /** While set, a lasso adds to what was chosen. */
  setAdding(adding: boolean): void {
    this.adding = adding;
  }

  private hover(at: readonly [number, number] | null): void {
    const index = at && this.mode === "pan" ? this.pick(...at, 12) : null;
    if (index === this.hovered) return;
    this.hovered = index;
    const place = index === null ? null : this.placeOf(index);
    this.canvas.style.cursor = this.mode === "lasso" ? "crosshair" : index === null ? "" : "pointer";
    this.emit("hover", index === null || !place ? null : { index, left: place[0], top: place[1] });
    this.dirty.choice = true;
    this.wake();
  }

  /** The picture at a place of the screen: a thumbnail there, or else the nearest dot. */
  pick(left: number, top: number, reach: number): number | null {
    const { places } = this;
    if (!places) return null;
    let [best, closest] = [-1, Infinity];
    const half = this.rule.side / 2;
    for (const index of this.shown.keys()) {
      if (!this.renderer?.atlas.slot(index)) continue;
      const [x, y] = this.project(...places.position(index));
      const distance = Math.max(Math.abs(x - left), Math.abs(y - top));
      if (distance <= half && distance < closest) [best, closest] = [index, distance];
    }
    if (best >= 0) return best;
    const [x, y] = unproject(this.camera, this.size, left, top);
    const radius = Math.max(reach, this.dotSide() / 2) / this.camera.scale;
    const found = places.cells?.nearest(x, y, radius, places.allowed) ?? -1;
    return found >= 0 ? found : null;
  }

  // Frames ---------------------------------------------------------------------------------------

  private asleep = true;

  private wake(): void {
    if (!this.asleep || this.closed) return;
    this.asleep = false;
    requestAnimationFrame((now) => this.tick(now));
  }

  private tick(now: number): void {
    this.asleep = true;
    if (this.closed) return;
    if (!this.renderer || !this.places || this.size.width < 2) return this.done();
    const wasMoving = this.motion.moving;
    if (wasMoving) {
      this.camera = this.motion.step(this.camera, now);
      this.dirty.dots = this.dirty.choice = true;
    } else this.motion.idle();
    const share = this.motion.share(now);
    if (share === 1 && this.before) this.landed();
    const more = this.renderer.atlas.fill(4);
    this.chooseThumbnails(now, share < 1);
    const fading = this.fade(now);
    this.paint(now, share);
    this.emit("camera", this.camera);
    this.done();
    if (this.motion.moving || more || fading || this.pending.length || this.dirty.choice || this.dirty.dots) this.wake();
    else this.last = 0;
  }

  private done(): void {
    for (const resolve of this.painted.splice(0)) resolve();
  }

  private landed(): void {
    this.before = null;
    if (this.places) this.renderer?.points.setFrom(this.places.positions);
    this.redraw();
  }

  private chooseThumbnails(now: number, changing: boolean): void {
    const { places, renderer } = this;
    if (!places || !renderer) return;
    const least = Math.min(64, Math.max(40, Math.min(this.size.width, this.size.height) / 18));
    const greatest = Math.min(360, Math.min(this.size.width, this.size.height) * 0.5);
    this.rule = ruleFor(this.camera, places.layout.spacing, least, greatest);
    if (!this.dirty.choice || (changing && this.shown.size > 0)) return;
    if (this.motion.moving && now - this.chosenAt < 90) return;
    this.chosenAt = now;
    this.dirty.choice = false;
    const always = [this.hovered, this.current].filter((i): i is number => i !== null);
    let wanted = new Set<number>(always);
    if (this.pictures) {
      const before = [...this.shown].filter(([, one]) => one.wanted).map(([index]) => index).sort((a, b) => a - b);
      const kept = this.anyChosen ? before.filter((index) => this.states[index] & CHOSEN) : before;
      const first = [...always, ...(this.links?.to ?? []), ...kept];
      const rect = sight(this.camera, this.size, this.rule.side);
      const most = Math.floor(renderer.atlas.room * 0.8);
      wanted = choose(places, rect, { spacing: this.rule.spacing, first, most });
      for (const index of always) wanted.add(index);
    }
    for (const [index, one] of this.shown) one.wanted = wanted.has(index);
    for (const index of wanted) if (!this.shown.has(index)) this.shown.set(index, { alpha: 0, wanted: true });
    renderer.atlas.want(wanted);
  }

  /** Lets thumbnails come and go gently. True while one does. */
  private fade(now: number): boolean {
    const step = this.still ? 1 : Math.min(1, (this.last ? now - this.last : 16) / FADE);
    this.last = now;
    let fading = false;
    for (const [index, one] of this.shown) {
      if (one.wanted && !this.renderer?.atlas.slot(index)) continue;
      const target = one.wanted ? 1 : 0;
      if (one.alpha === target && target) continue;
      one.alpha = target > one.alpha ? Math.min(1, one.alpha + step) : Math.max(0, one.alpha - step);
      if (one.alpha === 0 && !one.wanted) this.shown.delete(index);
      else if (one.alpha !== target) fading = true;
    }
    return fading;
  }

  private paint(now: number, share: number): void {
    const { renderer, places } = this;
    if (!renderer || !places) return;
    const dots = this.dots(share);
    if (dots && this.motion.moving) this.budget.frame(now, dots.runs.reduce((sum, run) => sum + run[1], 0));
    const placing = this.placing(share);
    renderer.draw(
      {
        placing,
        screen: [this.size.width, this.size.height],
        ratio: this.ratio,
        below: this.ground.length ? [{ segments: this.ground, ink: colour(this.theme.ground), width: 1 }] : [],
        above: this.lines(),
        thumbnails: this.thumbnails(share),
        accent: colour(this.theme.frame),
      },
      dots,
    );
  }

  private placing(share: number): Placing {
    const { x, y, scale } = this.camera;
    const to = this.places!.layout.box;
    return {
      fromBox: this.before?.layout.box ?? to,
      toBox: to,
      share,
      centre: [x, y],
      scale: [(2 * scale) / this.size.width, (-2 * scale) / this.size.height],
    };
  }

  /** Dots to draw in this frame: the beginning, the continuation, or null when all are drawn. */
  private dots(share: number): Dots | null {
    const { places, renderer } = this;
    if (!places || !renderer || (!this.dirty.dots && this.pending.length === 0)) return null;
    const anew = this.dirty.dots;
    this.dirty.dots = false;
    const room = Math.round(this.budget.dots);
    if (anew) this.pending = this.plan(share, room);
    const runs: (readonly [number, number])[] = [];
    let left = room;
    while (this.pending.length && left > 0) {
      const [first, count] = this.pending[0];
      const now = Math.min(count, left);
      runs.push([first, now]);
      left -= now;
      if (now < count) this.pending[0] = [first + now, count - now];
      else this.pending.shift();
    }
    const style = {
      side: this.dotSide(),
      ratio: this.ratio,
      ghost: colour(this.theme.ghost),
      anyChosen: this.anyChosen,
    };
    return { runs, byCells: this.byCells, style, anew };
  }

  private byCells = false;

  private plan(share: number, room: number): (readonly [number, number])[] {
    const places = this.places!;
    const cells = share === 1 ? places.cells : null;
    const rect = sight(this.camera, this.size, 12);
    this.byCells = cells !== null && places.count > 4096 && cells.count(rect) <= room;
    if (!cells || !this.byCells) return [[0, places.loaded]];
    if (this.orderOf !== places) {
      this.renderer!.points.setOrder(cells.order);
      this.orderOf = places;
    }
    return cells.runs(rect);
  }

  private dotSide(): number {
    const layout = this.places!.layout;
    const grown = layout.spacing * this.camera.scale;
    if (layout.kind === "grid") return Math.min(40, Math.max(1.5, grown * 0.86));
    return Math.min(11, Math.max(2.2, grown * 0.42 + 1.2));
  }

  private thumbnails(share: number): Thumbnail[] {
    const places = this.places!;
    const before = this.before ?? places;
    const found: Thumbnail[] = [];
    const near: NearPicture[] = [];
    const special = [...(this.links?.to ?? []), this.current, this.hovered];
    const neighbours = new Set(this.links?.to);
    for (const [index, one] of this.shown) {
      const slot = this.renderer!.atlas.slot(index);
      if (!slot || one.alpha === 0) continue;
      const large = index === this.hovered || index === this.current;
      const side = large ? Math.max(this.rule.side * 1.15, 88) : neighbours.has(index) ? Math.max(this.rule.side, 56) : this.rule.side;
      const framed = this.colouring?.frames ?? false;
      const chosen = (this.states[index] & CHOSEN) !== 0;
      const dimmed = this.anyChosen && !chosen && !large ? 0.3 : 1;
      found.push({
        index,
        from: before.share(index),
        to: places.share(index),
        slot,
        shade: framed && this.colouring ? this.colouring.shades[index] : -1,
        frame: large ? 3.5 : framed ? Math.min(3, 1 + side / 48) : 1,
        side,
        alpha: one.alpha * dimmed,
      });
      if (share === 1) this.nearOne(near, index, side, slot);
    }
    found.sort((a, b) => special.indexOf(a.index) - special.indexOf(b.index) || a.index - b.index);
    this.emit("near", near.slice(0, NEAR_MOST));
    return found;
  }

  private nearOne(near: NearPicture[], index: number, side: number, slot: { width: number; height: number }): void {
    const longest = Math.max(slot.width, slot.height);
    if (side * this.ratio < longest * 1.6) return;
    const [x, y] = this.project(...this.places!.position(index));
    if (x < -side || y < -side || x > this.size.width + side || y > this.size.height + side) return;
    const [width, height] = [(side * slot.width) / longest, (side * slot.height) / longest];
    near.push({ index, left: x - width / 2, top: y - height / 2, width, height });
  }

  private lines(): Line[] {
    const ink = colour(this.theme.line);
    const lines: Line[] = [];
    if (this.links && this.places && !this.before) {
      const start = this.places.position(this.links.from);
      const ways = this.links.to.filter((to) => to >= 0).flatMap((to) => [...start, ...this.places!.position(to)]);
      lines.push({ segments: new Float32Array(ways), ink: [ink[0], ink[1], ink[2], 0.45], width: 1.2 });
    }
    if (this.line.length > 2) {
      lines.push({ segments: new Float32Array(segments(this.line, true)), ink, width: 2 });
    }
    return lines;
  }

  // Graphics -------------------------------------------------------------------------------------

  private restore(): void {
    const { manifest } = this;
    if (!manifest || this.gl.isContextLost()) return;
    const area = this.size.width * this.size.height;
    this.renderer = new Renderer(this.gl, manifest.count, {
      side: manifest.sheet.side,
      columns: manifest.sheet.columns,
      perSheet: manifest.blocks.sheet,
      layers: Math.min(8, Math.max(1, Math.ceil(((area / 44 ** 2) * 1.6) / 1024))),
      sheet: (index) => this.source.sheet(index),
      changed: () => this.wake(),
    });
    this.orderOf = null;
    this.upload();
    this.renderer.points.setPalette(this.colouring?.palette ?? new Uint8Array(1024).fill(128));
    if (this.colouring) this.renderer.points.setShades(this.colouring.shades);
    this.renderer.points.setStates(this.states);
    this.redraw();
  }

  private upload(): void {
    if (!this.places || !this.renderer) return;
    this.renderer.points.setFrom((this.before ?? this.places).positions);
    this.renderer.points.setTo(this.places.positions);
  }

  private resize(): void {
    const { clientWidth: width, clientHeight: height } = this.element;
    if (width === 0 || height === 0) return;
    this.size = { width, height };
    // Twice as fine as CSS pixels is enough; finer screens would cost four times the work.
    this.ratio = Math.min(2, globalThis.devicePixelRatio || 1);
    this.canvas.width = Math.round(width * this.ratio);
    this.canvas.height = Math.round(height * this.ratio);
    if (this.fitted) this.showAll({ fly: false });
    this.redraw();
    if (this.renderer && this.places) this.paint(performance.now(), this.before ? 0 : 1);
  }
}

/** What hands on the canvas mean for the map: gestures and keys become moves, choices and lines. */

import type { View } from "./camera";
import type { Lasso, Mode } from "./events";
import type { Hands } from "./gestures";
import type { Marks } from "./marks";
import type { Places } from "./places";
import type { Viewport } from "./viewport";

/** What steering asks of the map. */
export interface Steered {
  readonly port: Viewport;
  readonly marks: Marks;
  readonly places: Places | null;
  moveTo(view: View): void;
  zoom(factor: number): void;
  showAll(): void;
  fling(vx: number, vy: number): void;
  halt(): void;
  /** The picture at a place of the canvas, within `reach` CSS pixels. */
  pick(left: number, top: number, reach: number): number | null;
  hover(index: number | null): void;
  select(index: number | null): void;
  enclosed(lasso: Lasso): void;
  wake(): void;
}

const REACH = 12; // CSS pixels around the pointer
const FINGER = 24;

const WAYS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

export class Steering implements Hands {
  mode: Mode = "pan";
  /** While set, a lasso adds to what was chosen. */
  adding = false;

  constructor(private readonly map: Steered) {}

  pan(dx: number, dy: number): void {
    this.map.moveTo(this.map.port.panned(dx, dy));
    this.map.hover(null);
  }

  zoom(left: number, top: number, factor: number): void {
    this.map.moveTo(this.map.port.zoomed(left, top, factor));
  }

  fling(vx: number, vy: number): void {
    this.map.fling(vx, vy);
  }

  halt(): void {
    this.map.halt();
  }

  tap(left: number, top: number, touch: boolean): void {
    this.map.select(this.map.pick(left, top, touch ? FINGER : REACH));
  }

  hover(left: number, top: number): void {
    this.map.hover(this.mode === "pan" ? this.map.pick(left, top, REACH) : null);
  }

  leave(): void {
    this.map.hover(null);
  }

  drawing(): boolean {
    return this.mode === "lasso";
  }

  draw(phase: "start" | "move" | "end" | "cancel", left: number, top: number): void {
    const { marks, port, places } = this.map;
    if (phase === "start") marks.lasso = [];
    if (phase === "start" || phase === "move") marks.lasso.push(...port.unproject(left, top));
    if (phase === "end" && marks.lasso.length >= 6 && places?.cells) {
      const indices = places.cells.enclosed(marks.lasso).filter(places.allowed);
      this.map.enclosed({ indices, add: this.adding });
    }
    if (phase === "end" || phase === "cancel") marks.lasso = [];
    this.map.wake();
  }

  /** True when the key means something here. */
  key(event: KeyboardEvent): boolean {
    if (event.altKey || event.ctrlKey || event.metaKey) return false;
    const { map } = this;
    const way = WAYS[event.key];
    if (way) this.step(way, event.shiftKey);
    else if (event.key === "+" || event.key === "=") map.zoom(1.5);
    else if (event.key === "-" || event.key === "_") map.zoom(1 / 1.5);
    else if (event.key === "0") map.showAll();
    else if (event.key === "Escape" && map.marks.lasso.length) this.draw("cancel", 0, 0);
    else if (event.key === "Enter" || event.key === " ") this.selectMiddle();
    else return false;
    return true;
  }

  private step([x, y]: readonly [number, number], far: boolean): void {
    const { size } = this.map.port;
    const step = (far ? 0.5 : 0.15) * Math.min(size.width, size.height);
    this.map.moveTo(this.map.port.panned(-x * step, -y * step));
  }

  private selectMiddle(): void {
    const { size, middle } = this.map.port;
    this.map.select(this.map.pick(...middle, Math.max(size.width, size.height)));
  }
}

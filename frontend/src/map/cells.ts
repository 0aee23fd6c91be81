/** Points of one layout by square cells: what is in sight, what lies nearest, what a line encloses. */

import type { Rect } from "./camera";
import type { Box } from "../data/source";

const POINTS_A_CELL = 64;

export class Cells {
  /** Points in the order of the cells, row by row; within a cell by index. */
  readonly order: Uint32Array;
  private readonly start: Uint32Array;
  private readonly side: number;

  /** `positions`: uint16 (n, 2), 0-65535 over the box. */
  constructor(
    private readonly positions: Uint16Array,
    private readonly box: Box,
  ) {
    const n = positions.length / 2;
    this.side = 2 ** Math.min(8, Math.max(0, Math.ceil(Math.log2(n / POINTS_A_CELL) / 2)));
    this.start = new Uint32Array(this.side * this.side + 1);
    this.order = new Uint32Array(n);
    this.sort(n);
  }

  /** Counting sort: linear, and stable, so that a cell's points keep the order of the tree. */
  private sort(n: number): void {
    const { positions, side, start, order } = this;
    const shift = 16 - Math.log2(side);
    const cell = (i: number) => (positions[2 * i + 1] >> shift) * side + (positions[2 * i] >> shift);
    for (let i = 0; i < n; i++) start[cell(i) + 1] += 1;
    for (let c = 0; c < side * side; c++) start[c + 1] += start[c];
    const next = start.slice();
    for (let i = 0; i < n; i++) order[next[cell(i)]++] = i;
  }

  /** Runs [first, count] of `order`, one a row of cells, that hold every point of a rectangle. */
  runs(rect: Rect): [number, number][] {
    const found: [number, number][] = [];
    const [left, right] = [this.column(rect.x0), this.column(rect.x1)];
    if (rect.x1 < 0 || rect.y1 < 0 || rect.x0 > this.box[0] || rect.y0 > this.box[1]) return found;
    for (let row = this.row(rect.y0); row <= this.row(rect.y1); row++) {
      const first = this.start[row * this.side + left];
      const count = this.start[row * this.side + right + 1] - first;
      if (count > 0) found.push([first, count]);
    }
    return found;
  }

  /** Indices of the points in a rectangle, of all or of those before `before`. */
  inside(rect: Rect, before = Infinity): number[] {
    const found: number[] = [];
    const [fx, fy] = this.factors();
    const take = (i: number) => {
      const x = this.positions[2 * i] * fx;
      const y = this.positions[2 * i + 1] * fy;
      if (x >= rect.x0 && x <= rect.x1 && y >= rect.y0 && y <= rect.y1) found.push(i);
    };
    const runs = this.runs(rect);
    if (before < runs.reduce((sum, run) => sum + run[1], 0)) {
      for (let i = 0; i < before; i++) take(i);
      return found;
    }
    for (const [first, count] of runs) {
      for (let k = first; k < first + count; k++) if (this.order[k] < before) take(this.order[k]);
    }
    return found.sort((a, b) => a - b);
  }

  count(rect: Rect): number {
    return this.runs(rect).reduce((sum, run) => sum + run[1], 0);
  }

  /** The nearest point for which `allowed` holds, within `radius`, or -1. */
  nearest(x: number, y: number, radius: number, allowed: (index: number) => boolean): number {
    const [fx, fy] = this.factors();
    let [best, closest] = [-1, radius * radius];
    for (const [first, count] of this.runs({ x0: x - radius, y0: y - radius, x1: x + radius, y1: y + radius })) {
      for (let k = first; k < first + count; k++) {
        const i = this.order[k];
        const distance = (this.positions[2 * i] * fx - x) ** 2 + (this.positions[2 * i + 1] * fy - y) ** 2;
        if (distance < closest && allowed(i)) [best, closest] = [i, distance];
      }
    }
    return best;
  }

  /** Indices of the points within a closed line, float (m, 2) flat, by the even-odd rule. */
  enclosed(line: readonly number[]): number[] {
    const xs = line.filter((_, i) => i % 2 === 0);
    const ys = line.filter((_, i) => i % 2 === 1);
    const rect = { x0: Math.min(...xs), y0: Math.min(...ys), x1: Math.max(...xs), y1: Math.max(...ys) };
    const [fx, fy] = this.factors();
    return this.inside(rect).filter((i) => within(line, this.positions[2 * i] * fx, this.positions[2 * i + 1] * fy));
  }

  private factors(): [number, number] {
    return [this.box[0] / 65535, this.box[1] / 65535];
  }

  private column(x: number): number {
    return Math.min(this.side - 1, Math.max(0, Math.floor(((x / this.box[0]) * 65535 * this.side) / 65536)));
  }

  private row(y: number): number {
    return Math.min(this.side - 1, Math.max(0, Math.floor(((y / this.box[1]) * 65535 * this.side) / 65536)));
  }
}

function within(line: readonly number[], x: number, y: number): boolean {
  let inside = false;
  for (let i = 0, j = line.length - 2; i < line.length; j = i, i += 2) {
    const [xi, yi, xj, yj] = [line[i], line[i + 1], line[j], line[j + 1]];
    if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) inside = !inside;
  }
  return inside;
}

/** One layout's positions, as they come block by block, with their cells once all are there. */

import type { Layout, Manifest, Source } from "../data/source";
import type { Rect } from "./camera";
import { Cells } from "./cells";
import type { Candidates } from "./choice";

export class Places implements Candidates {
  /** uint16 (count, 2), 0-65535 over the box. */
  readonly positions: Uint16Array;
  /** How many of the first points have come. */
  loaded = 0;
  private built: Cells | null = null;
  /** Set by the view: which points the filters let through. */
  allowed: (index: number) => boolean = () => true;

  constructor(
    readonly layout: Layout,
    readonly count: number,
  ) {
    this.positions = new Uint16Array(count * 2);
  }

  async load(source: Source, manifest: Manifest, came: (offset: number, block: Uint16Array) => void): Promise<void> {
    const size = manifest.blocks.points;
    for (let block = 0; block * size < this.count; block++) {
      const values = await source.positions(this.layout.id, block);
      this.positions.set(values, block * size * 2);
      this.loaded = Math.min(this.count, block * size + values.length / 2);
      came(block * size, values);
    }
  }

  get whole(): boolean {
    return this.loaded === this.count;
  }

  get cells(): Cells | null {
    if (this.whole && this.count > 0) this.built ??= new Cells(this.positions, this.layout.box);
    return this.built;
  }

  position(index: number): readonly [number, number] {
    const [width, height] = this.layout.box;
    return [(this.positions[2 * index] / 65535) * width, (this.positions[2 * index + 1] / 65535) * height];
  }

  /** The same as shares of the box, 0-1. */
  share(index: number): readonly [number, number] {
    return [this.positions[2 * index] / 65535, this.positions[2 * index + 1] / 65535];
  }

  inside(rect: Rect, before = Infinity): readonly number[] {
    if (this.cells) return this.cells.inside(rect, before);
    const found: number[] = [];
    for (let i = 0; i < Math.min(before, this.loaded); i++) {
      const [x, y] = this.position(i);
      if (x >= rect.x0 && x <= rect.x1 && y >= rect.y0 && y <= rect.y1) found.push(i);
    }
    return found;
  }

  /** The rectangle that holds some pictures, with a little air; null for none. */
  rectOf(indices: readonly number[]): Rect | null {
    if (indices.length === 0) return null;
    let [x0, y0, x1, y1] = [Infinity, Infinity, -Infinity, -Infinity];
    for (const index of indices) {
      const [x, y] = this.position(index);
      [x0, y0, x1, y1] = [Math.min(x0, x), Math.min(y0, y), Math.max(x1, x), Math.max(y1, y)];
    }
    const air = this.layout.spacing;
    return { x0: x0 - air, y0: y0 - air, x1: x1 + air, y1: y1 + air };
  }

  crowd(rect: Rect): number {
    return this.cells?.count(rect) ?? this.loaded;
  }
}

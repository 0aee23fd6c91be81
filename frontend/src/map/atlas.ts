/**
 * Thumbnails on the graphics side: a texture of many slots, filled from sheets as they come.
 *
 * A sheet holds 64 neighbours of the first layout. In another layout they are strewn about, so
 * single thumbnails are copied into slots; the slots not shown for longest are given away.
 */

import { Recent } from "../data/recent";
import type { Sheet } from "../data/source";

const TEXTURE = 2048;
const DECODED = 12; // sheets kept as bitmaps: a megabyte each
const AT_ONCE = 10;

export interface Slot {
  readonly x: number;
  readonly y: number;
  readonly layer: number;
  readonly width: number;
  readonly height: number;
}

interface Decoded {
  readonly bitmap: ImageBitmap;
  readonly sizes: Uint8Array;
}

export interface AtlasOptions {
  readonly side: number;
  readonly columns: number;
  readonly perSheet: number;
  readonly layers: number;
  sheet(index: number): Promise<Sheet>;
  /** Called when a sheet has come. */
  changed(): void;
}

export class Atlas {
  readonly texture: WebGLTexture;
  readonly room: number;
  private readonly scratch: WebGLTexture;
  private readonly frame: WebGLFramebuffer;
  private readonly slots = new Map<number, { at: number; slot: Slot }>(); // least recently shown first
  private readonly free: number[];
  private readonly decoded = new Recent<number, Decoded>(DECODED, (gone) => gone.bitmap.close());
  private readonly asked = new Set<number>();
  private readonly failed = new Set<number>();
  private wanted: ReadonlySet<number> = new Set();
  private sheets: number[] = [];
  private closed = false;

  constructor(
    private readonly gl: WebGL2RenderingContext,
    private readonly options: AtlasOptions,
  ) {
    this.texture = gl.createTexture()!;
    gl.bindTexture(gl.TEXTURE_2D_ARRAY, this.texture);
    gl.texStorage3D(gl.TEXTURE_2D_ARRAY, 1, gl.RGBA8, TEXTURE, TEXTURE, options.layers);
    for (const filter of [gl.TEXTURE_MIN_FILTER, gl.TEXTURE_MAG_FILTER]) {
      gl.texParameteri(gl.TEXTURE_2D_ARRAY, filter, gl.LINEAR);
    }
    this.scratch = gl.createTexture()!;
    this.frame = gl.createFramebuffer()!;
    this.room = Math.floor(TEXTURE / options.side) ** 2 * options.layers;
    this.free = Array.from({ length: this.room }, (_, i) => this.room - 1 - i);
  }

  /** The slot of a point's thumbnail, or undefined while it is not there. */
  slot(index: number): Slot | undefined {
    const found = this.slots.get(index);
    if (found) {
      this.slots.delete(index);
      this.slots.set(index, found);
    }
    return found?.slot;
  }

  /** Says which thumbnails are in sight, the most important first. */
  want(indices: ReadonlySet<number>): void {
    this.wanted = indices;
    const sheets = new Set<number>();
    for (const index of indices) {
      if (!this.slots.has(index)) sheets.add(Math.floor(index / this.options.perSheet));
    }
    this.sheets = [...sheets].filter((sheet) => !this.failed.has(sheet));
    this.ask();
  }

  /** Copies thumbnails of sheets that have come, for at most `budget` milliseconds. True: more to do. */
  fill(budget: number): boolean {
    const end = performance.now() + budget;
    for (const sheet of [...this.sheets]) {
      const decoded = this.decoded.get(sheet);
      if (!decoded) continue;
      this.copy(sheet, decoded);
      this.sheets.splice(this.sheets.indexOf(sheet), 1);
      if (performance.now() > end) break;
    }
    this.ask();
    return this.sheets.some((sheet) => this.decoded.get(sheet) !== undefined);
  }

  get busy(): boolean {
    return this.sheets.length > 0;
  }

  close(): void {
    this.closed = true;
    this.decoded.clear();
  }

  private ask(): void {
    for (const sheet of this.sheets) {
      if (this.asked.size >= AT_ONCE) return;
      if (this.asked.has(sheet) || this.decoded.get(sheet)) continue;
      this.asked.add(sheet);
      void this.bring(sheet);
    }
  }

  private async bring(index: number): Promise<void> {
    try {
      const sheet = await this.options.sheet(index);
      const bitmap = await createImageBitmap(sheet.image, { colorSpaceConversion: "none" });
      if (this.closed) bitmap.close();
      else this.decoded.set(index, { bitmap, sizes: sheet.sizes });
    } catch {
      // A sheet that cannot be read leaves its pictures as dots; the list still names them.
      this.failed.add(index);
      this.sheets = this.sheets.filter((sheet) => sheet !== index);
    } finally {
      this.asked.delete(index);
      if (!this.closed) this.options.changed();
    }
  }

  private copy(sheet: number, { bitmap, sizes }: Decoded): void {
    const { gl } = this;
    const { side, columns, perSheet } = this.options;
    gl.bindTexture(gl.TEXTURE_2D, this.scratch);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA8, gl.RGBA, gl.UNSIGNED_BYTE, bitmap);
    gl.bindFramebuffer(gl.FRAMEBUFFER, this.frame);
    gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, this.scratch, 0);
    gl.bindTexture(gl.TEXTURE_2D_ARRAY, this.texture);
    for (let i = 0; i < sizes.length / 2; i++) {
      const index = sheet * perSheet + i;
      const [width, height] = [sizes[2 * i], sizes[2 * i + 1]];
      if (!this.wanted.has(index) || this.slots.has(index) || width === 0) continue;
      const at = this.free.pop() ?? this.reclaim();
      if (at === undefined) break;
      const slot = { ...this.corner(at), width, height };
      const [x, y] = [(i % columns) * side, Math.floor(i / columns) * side];
      gl.copyTexSubImage3D(gl.TEXTURE_2D_ARRAY, 0, slot.x, slot.y, slot.layer, x, y, width, height);
      this.slots.set(index, { at, slot });
    }
    gl.bindFramebuffer(gl.FRAMEBUFFER, null);
  }

  private corner(at: number): { x: number; y: number; layer: number } {
    const { side } = this.options;
    const across = Math.floor(TEXTURE / side);
    const inLayer = at % (across * across);
    return { x: (inLayer % across) * side, y: Math.floor(inLayer / across) * side, layer: Math.floor(at / across ** 2) };
  }

  private reclaim(): number | undefined {
    for (const [index, { at }] of this.slots) {
      if (this.wanted.has(index)) continue;
      this.slots.delete(index);
      return at;
    }
    return undefined;
  }
}

export const ATLAS_SIDE = TEXTURE;

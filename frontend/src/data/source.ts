/**
 * What the drawing component and the page ask for, whoever answers: a folder of scripts (a site)
 * or a server (the studio). The values are those of docs/map-site.md.
 */

export type Box = readonly [width: number, height: number];

export type LayoutKind = "similarity" | "grid" | "category" | "date" | "numbers" | "place";

export interface Annotation {
  readonly role: "heading" | "tick" | "axis" | "note";
  readonly text: string;
  readonly x: number;
  readonly y: number;
}

export interface Fidelity {
  readonly words: string;
  readonly numbers?: Readonly<Record<string, number>>;
}

export interface Layout {
  readonly id: string;
  readonly title: string;
  readonly kind: LayoutKind;
  readonly box: Box;
  /** Side at which thumbnails hardly overlap, in the layout's units. */
  readonly spacing: number;
  readonly fidelity: Fidelity | null;
  readonly annotations: readonly Annotation[];
  /** Whether it has lines: axes, ticks, coasts. */
  readonly lines: boolean;
  /** Ids of the columns by which it is laid out. */
  readonly columns: readonly string[];
}

interface ColumnBase {
  readonly id: string;
  readonly title: string;
  readonly missing: number;
  readonly wrong: number;
}

export interface CategoryColumn extends ColumnBase {
  readonly type: "category";
  readonly values: readonly string[];
  readonly counts: readonly number[];
}

export interface NumberColumn extends ColumnBase {
  readonly type: "number" | "date";
  readonly min: number | null;
  readonly max: number | null;
  readonly histogram: readonly number[];
}

export interface TextColumn extends ColumnBase {
  readonly type: "text" | "link";
}

export type Measured = CategoryColumn | NumberColumn;

export type Column = Measured | TextColumn;

export function isMeasured(column: Column): column is Measured {
  return column.type !== "text" && column.type !== "link";
}

export interface Cluster {
  readonly name: string;
  readonly size: number;
  readonly evidence: string;
  readonly x: number;
  readonly y: number;
}

export interface Hotspot {
  readonly title: string;
  readonly x: number;
  readonly y: number;
  readonly radius: number;
  readonly cluster?: number;
}

export interface Manifest {
  readonly format: number;
  readonly title: string;
  readonly made_by: string;
  readonly count: number;
  readonly blocks: { readonly points: number; readonly texts: number; readonly sheet: number };
  readonly layouts: readonly Layout[];
  readonly columns: readonly Column[];
  readonly clusters: readonly Cluster[];
  readonly hotspots: readonly Hotspot[];
  readonly sheet: { readonly side: number; readonly columns: number; readonly count: number };
  readonly previews: { readonly kind: "files" | "packed" | "none"; readonly side?: number };
  readonly near: number;
  readonly faults: { readonly count: number; readonly first: readonly (readonly [string, string])[] };
  readonly notes: readonly string[];
}

/** Thumbnails of 64 pictures in one compressed picture, 8 x 8 cells from the upper left. */
export interface Sheet {
  readonly image: Blob;
  /** Width and height of each thumbnail in its cell, uint8 (n, 2); (0, 0) where there is none. */
  readonly sizes: Uint8Array;
}

export type Numbers = Uint8Array | Uint16Array | Uint32Array | Int32Array | Float32Array | Float64Array;

/** Every call gives one block; blocks are counted from 0. */
export interface Source {
  manifest(): Promise<Manifest>;
  /** uint16 (n, 2), 0-65535 over the box of the layout; y grows downwards. */
  positions(layout: string, block: number): Promise<Uint16Array>;
  /** Codes of a category (missing is all ones), or numbers (missing is NaN). */
  column(id: string, block: number): Promise<Numbers>;
  texts(id: string, block: number): Promise<readonly string[]>;
  /** int32 (n, manifest.near), nearest first, -1 where there are fewer. */
  neighbours(block: number): Promise<Int32Array>;
  sheet(index: number): Promise<Sheet>;
  /** Address of the large picture of a point, or "" where there is none. */
  picture(index: number): Promise<string>;
  /** Lines of a layout, each float32 (m, 2), in its units. */
  lines(layout: string): Promise<readonly Float32Array[]>;
}

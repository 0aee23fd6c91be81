/**
 * Which pictures are shown as thumbnails: as many as stand side by side without crowding.
 *
 * Pictures are tried in the order of the tree, whose beginning is a fair sample; one is taken
 * when no taken one is nearer than the spacing (greater of |dx|, |dy|). Those already shown are
 * tried first, so that a small move of the camera changes little.
 */

import type { Rect, View } from "./camera";

const MOST_CANDIDATES = 30_000;
const FAR_APART = 2.4; // sides from one thumbnail to the next, where they stand among dots

export interface Candidates {
  readonly count: number;
  position(index: number): readonly [number, number];
  allowed(index: number): boolean;
  /** Indices in a rectangle, ascending, of those before `before`. */
  inside(rect: Rect, before?: number): readonly number[];
  crowd(rect: Rect): number;
}

/** `spacing` in the layout's units; `first` are tried before all others; `free`: places to stand on. */
export function choose(
  among: Candidates,
  rect: Rect,
  { spacing, first, most, free }: {
    spacing: number;
    first: Iterable<number>;
    most: number;
    free(x: number, y: number): boolean;
  },
): Set<number> {
  const taken = new Set<number>();
  const columns = Math.ceil((rect.x1 - rect.x0) / spacing) + 1;
  const squares = new Map<number, number>();
  const tryOne = (index: number) => {
    if (taken.size >= most || taken.has(index) || !among.allowed(index)) return;
    const [x, y] = among.position(index);
    if (x < rect.x0 || x > rect.x1 || y < rect.y0 || y > rect.y1) return;
    const [column, row] = [Math.floor((x - rect.x0) / spacing), Math.floor((y - rect.y0) / spacing)];
    for (let dy = -1; dy <= 1; dy++) {
      for (let dx = -1; dx <= 1; dx++) {
        const other = squares.get((row + dy + 1) * (columns + 3) + column + dx + 1);
        if (other === undefined) continue;
        const [ox, oy] = among.position(other);
        if (Math.max(Math.abs(ox - x), Math.abs(oy - y)) < spacing) return;
      }
    }
    if (!free(x, y)) return;
    taken.add(index);
    squares.set((row + 1) * (columns + 3) + column + 1, index);
  };
  for (const index of first) tryOne(index);
  for (const index of among.inside(rect, sampleSize(among, rect))) tryOne(index);
  return taken;
}

/** So many of the first points that about MOST_CANDIDATES of them lie in sight; a power of two. */
function sampleSize(among: Candidates, rect: Rect): number {
  const crowd = among.crowd(rect);
  if (crowd <= MOST_CANDIDATES) return Infinity;
  return 2 ** Math.floor(Math.log2((among.count * MOST_CANDIDATES) / crowd));
}

export interface ThumbnailRule {
  /** Side of a thumbnail on screen, CSS pixels. */
  readonly side: number;
  /** Least distance between two of them, in the layout's units. */
  readonly spacing: number;
}

/**
 * Far away a few thumbnails stand among the points; nearer they stand close; nearer still they
 * grow. `natural` is the side at which the layout's pictures hardly overlap, in its units.
 */
export function ruleFor(view: View, natural: number, least: number, greatest: number): ThumbnailRule {
  const grown = natural * view.scale;
  const side = Math.min(greatest, Math.max(least, grown));
  const nearness = smooth(0.12, 0.6, grown / least);
  const air = FAR_APART + (1.0 - FAR_APART) * nearness;
  // Steps, so that the choice stays the same while one zooms a little.
  const wanted = (side * air) / view.scale;
  const stepped = grown >= least && side < greatest ? natural * 0.999 : 2 ** (Math.ceil(Math.log2(wanted) * 4) / 4);
  return { side: side * 0.94, spacing: stepped };
}

function smooth(low: number, high: number, value: number): number {
  const t = Math.min(1, Math.max(0, (value - low) / (high - low)));
  return t * t * (3 - 2 * t);
}

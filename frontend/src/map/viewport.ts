/** The camera over one layout: where it stands, how far it may go, what the panels leave free. */

import type { Layout } from "../data/source";
import {
  bounded, fit, NO_INSETS, project, sight, unproject, zoomAround,
  type Insets, type Rect, type Size, type View,
} from "./camera";

const DEEPEST = 5; // at the greatest scale the shorter side of the canvas shows a fifth of a picture
const WIDEST = 0.5; // at the least scale the layout fills half of the free space
const FINEST = 2; // pixels a CSS pixel: finer screens would cost four times the work

export class Viewport {
  size: Size = { width: 1, height: 1 };
  /** Pixels of the canvas a CSS pixel. */
  ratio = 1;
  insets: Insets = NO_INSETS;
  view: View = { x: 0.5, y: 0.5, scale: 1 };
  /** Whether the whole layout is kept in view, because nobody has moved yet. */
  fitted = true;
  layout: Layout | null = null;

  /** Takes the size of an element; false when it has none or it is the same. */
  measure({ clientWidth: width, clientHeight: height }: HTMLElement): boolean {
    if (width === 0 || height === 0) return false;
    const ratio = Math.min(FINEST, globalThis.devicePixelRatio || 1);
    if (width === this.size.width && height === this.size.height && ratio === this.ratio) return false;
    this.size = { width, height };
    this.ratio = ratio;
    return true;
  }

  project(x: number, y: number): [number, number] {
    return project(this.view, this.size, x, y);
  }

  unproject(left: number, top: number): [number, number] {
    return unproject(this.view, this.size, left, top);
  }

  /** What is in sight, with a margin in CSS pixels. */
  sight(margin = 0): Rect {
    return sight(this.view, this.size, margin);
  }

  /** What is in sight and not under a panel. */
  freeSight(): Rect {
    const { insets, size } = this;
    const [x0, y0] = this.unproject(insets.left, insets.top);
    const [x1, y1] = this.unproject(size.width - insets.right, size.height - insets.bottom);
    return { x0, y0, x1, y1 };
  }

  /** The middle of the free space, CSS pixels. */
  get middle(): [number, number] {
    const { left, right, top, bottom } = this.insets;
    return [(this.size.width + left - right) / 2, (this.size.height + top - bottom) / 2];
  }

  /** Whether a place of the canvas is free, with some air around it. */
  isFree(left: number, top: number): boolean {
    const { insets, size } = this;
    const air = Math.min(60, size.width / 8);
    return (
      left >= insets.left + air && left <= size.width - insets.right - air &&
      top >= insets.top + air && top <= size.height - insets.bottom - air
    );
  }

  /** The view of the whole layout. */
  get home(): View | null {
    if (!this.layout) return null;
    const { box, spacing } = this.layout;
    const air = spacing / 2;
    return fit({ x0: -air, y0: -air, x1: box[0] + air, y1: box[1] + air }, this.size, this.insets);
  }

  /** The view in which a rectangle of the layout fills the free space. */
  fitting(rect: Rect): View {
    return fit(rect, this.size, this.insets, 0.12);
  }

  /** The view in which a place stands in the middle of the free space. */
  centred(x: number, y: number, scale: number): View {
    const { left, right, top, bottom } = this.insets;
    return { x: x - (left - right) / 2 / scale, y: y - (top - bottom) / 2 / scale, scale };
  }

  panned(dx: number, dy: number): View {
    const { x, y, scale } = this.view;
    return { x: x - dx / scale, y: y - dy / scale, scale };
  }

  /** Nearer or farther, while what is at a place of the canvas stays there. */
  zoomed(left: number, top: number, factor: number): View {
    // At the limits of the scale a zoom must not shift the centre.
    const { scale } = this.bounded({ ...this.view, scale: this.view.scale * factor });
    return zoomAround(this.view, this.size, left, top, scale / this.view.scale);
  }

  bounded(view: View): View {
    const { layout, home } = this;
    if (!layout || !home) return view;
    const side = Math.min(this.size.width, this.size.height);
    const nearest = Math.max(home.scale * 8, (side / layout.spacing) * DEEPEST);
    return bounded(view, layout.box, [home.scale * WIDEST, nearest]);
  }
}

/** What the map tells and what is given to it: the interface of the drawing component. */

import type { View } from "./camera";

export interface MapEvents {
  /** A person pressed a picture, or Enter over the middle; null: pressed where there is none. */
  select: number | null;
  /** A person drew a line around pictures. */
  lasso: Lasso;
  /** The picture under the pointer; null: none. */
  hover: Hover | null;
  /** The camera moved, or the layouts are changing. Once a frame, after it was drawn. */
  camera: View;
  /** Pictures so near that a large picture should lie over the thumbnail. */
  near: readonly NearPicture[];
  mode: Mode;
  /** The browser took the graphics away ("lost"), or gave them back ("back"). */
  graphics: "lost" | "back";
  /** Something could not be read; the map goes on without it. */
  fault: Error;
}

/** What a line encloses. A page shows it, or the studio gives it a label. */
export interface Lasso {
  /** Pictures that the filter lets through, ascending. */
  readonly indices: readonly number[];
  /** Whether they join those chosen before, or take their place. */
  readonly add: boolean;
}

/** Places are in CSS pixels of the canvas. */
export interface Hover {
  readonly index: number;
  readonly left: number;
  readonly top: number;
}

export interface NearPicture {
  readonly index: number;
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** What a drag does: move the map, or draw a line around pictures. */
export type Mode = "pan" | "lasso";

/** Colours as "#rrggbb" or "#rrggbbaa". */
export interface Theme {
  /** Dots that the filter leaves out. */
  readonly ghost: string;
  /** Lines to neighbours, and the lasso. */
  readonly line: string;
  /** Coasts, axes and ticks. */
  readonly ground: string;
  /** Frames of thumbnails that have no colour of their own. */
  readonly frame: string;
}

export interface Colouring {
  /** uint8 (count,): the shade of each point. */
  readonly shades: Uint8Array;
  /** RGBA, uint8 (256, 4): the colour of each shade. */
  readonly palette: Uint8Array;
  /** Whether thumbnails wear the colour as a frame. */
  readonly frames: boolean;
}

/** A part of the canvas under something that should not hide a thumbnail, in its CSS pixels. */
export interface Cover {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

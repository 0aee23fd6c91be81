/** What the page and its worker say to each other. */

import type { Card } from "./card";
import type { Reason } from "./refused";

export type Asked =
  | { readonly id: number; readonly kind: "load" }
  | { readonly id: number; readonly kind: "file"; readonly file: Blob; readonly heat: boolean }
  | { readonly id: number; readonly kind: "frame"; readonly frame: ImageBitmap; readonly heat: boolean };

/** What is known of a picture that was answered. */
export interface Answered {
  /** As decoded, upright, pixels. */
  readonly width: number;
  readonly height: number;
  /** RGB of the square as the network took it. */
  readonly square: Uint8Array;
  /** In the order of the card's classes. */
  readonly probabilities: Float32Array;
  readonly distance: number | null;
  /** In the unit of the logit, row by row over the square; null where the network has no map. */
  readonly heat: Float32Array | null;
  readonly milliseconds: number;
}

export interface Loaded {
  readonly card: Card;
  readonly bytes: number;
}

export type Said =
  | { readonly id: number; readonly done: Answered | Loaded }
  | { readonly id: number; readonly refused: Reason; readonly detail: string }
  | { readonly id: number; readonly share: number };

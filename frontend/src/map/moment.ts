/** All that one frame is drawn from. */

import type { Atlas } from "./atlas";
import type { Places } from "./places";
import type { Placing } from "./points";
import type { State } from "./state";
import type { Viewport } from "./viewport";

export interface Moment {
  /** Milliseconds, of the browser's clock. */
  readonly now: number;
  readonly places: Places;
  /** The layout from which pictures are on their way, or the same. */
  readonly before: Places;
  /** How much of that way they have behind them, 0-1. */
  readonly share: number;
  /** Whether camera or pictures move by themselves. */
  readonly moving: boolean;
  readonly port: Viewport;
  readonly state: State;
  readonly atlas: Atlas;
}

export function placingOf({ places, before, share, port }: Moment): Placing {
  const { view, size } = port;
  return {
    fromBox: before.layout.box,
    toBox: places.layout.box,
    share,
    centre: [view.x, view.y],
    scale: [(2 * view.scale) / size.width, (-2 * view.scale) / size.height],
  };
}

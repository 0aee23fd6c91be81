/** Which dots are drawn in which frame: as many as the machine can, the rest in the next ones. */

import type { Cells } from "./cells";
import type { Moment } from "./moment";
import { Budget } from "./motion";
import type { Layout } from "../data/source";
import { colour } from "./program";
import type { Dots } from "./renderer";
import type { Viewport } from "./viewport";

const FEW = 4096; // so few are all drawn, in sight or not

type Run = readonly [first: number, count: number];

/** CSS pixels across. */
export function dotSide(layout: Layout, { view }: Viewport): number {
  const grown = layout.spacing * view.scale;
  if (layout.kind === "grid") return Math.min(40, Math.max(1.5, grown * 0.86));
  return Math.min(11, Math.max(2.4, grown * 0.5 + 1.8));
}

export class DotPlan {
  readonly budget = new Budget();
  private pending: Run[] = [];
  private byCells = false;
  private stale = true;

  /** What was drawn holds no more. */
  again(): void {
    this.stale = true;
  }

  get waiting(): boolean {
    return this.stale || this.pending.length > 0;
  }

  /** Dots of this frame: the beginning, the continuation, or null when all are drawn. */
  next(moment: Moment): Dots | null {
    if (!this.waiting) return null;
    const anew = this.stale;
    this.stale = false;
    if (anew) this.begin(moment);
    const runs = this.take(Math.round(this.budget.dots));
    if (moment.moving) this.budget.frame(moment.now, runs.reduce((sum, run) => sum + run[1], 0));
    const { port, state, places } = moment;
    return {
      runs,
      anew,
      byCells: this.byCells,
      style: {
        side: dotSide(places.layout, port),
        ratio: port.ratio,
        ghost: colour(state.theme.ghost),
        anyChosen: state.anyChosen,
      },
    };
  }

  /** All in the order of the tree, a fair sample first; or cell by cell what is in sight. */
  private begin({ places, share, port }: Moment): void {
    const cells: Cells | null = share === 1 ? places.cells : null;
    const rect = port.sight(12);
    this.byCells = cells !== null && places.count > FEW && cells.count(rect) <= this.budget.dots;
    this.pending = cells && this.byCells ? cells.runs(rect) : [[0, places.loaded]];
  }

  private take(room: number): Run[] {
    const runs: Run[] = [];
    let left = room;
    while (this.pending.length && left > 0) {
      const [first, count] = this.pending[0];
      const now = Math.min(count, left);
      runs.push([first, now]);
      left -= now;
      if (now < count) this.pending[0] = [first + now, count - now];
      else this.pending.shift();
    }
    return runs;
  }
}

/** Lines over and under the pictures: coasts and axes, ways to neighbours, the lasso. */

import type { Moment } from "./moment";
import { colour, type Colour } from "./program";
import type { Line } from "./renderer";
import { segments } from "./strokes";

export class Marks {
  /** Points (x, y) of the lasso as it is drawn, in the layout's units. */
  lasso: number[] = [];
  private ground: Float32Array = new Float32Array(0);

  /** Lines of a layout, each float32 (m, 2). */
  setGround(lines: readonly Float32Array[]): void {
    this.ground = new Float32Array(lines.flatMap((line) => segments(line)));
  }

  below({ state, share }: Moment): Line[] {
    if (this.ground.length === 0) return [];
    const ink = colour(state.theme.ground);
    return [{ segments: this.ground, ink: faint(ink, share), width: 1 }];
  }

  above({ state, places, share }: Moment): Line[] {
    const ink = colour(state.theme.line);
    const lines: Line[] = [];
    if (state.current !== null && state.neighbours.length && share === 1) {
      const start = places.position(state.current);
      const ways = state.neighbours.flatMap((to) => [...start, ...places.position(to)]);
      lines.push({ segments: new Float32Array(ways), ink: faint(ink, 0.45), width: 1.2 });
    }
    if (this.lasso.length > 2) {
      lines.push({ segments: new Float32Array(segments(this.lasso, true)), ink, width: 2 });
    }
    return lines;
  }
}

function faint([red, green, blue, alpha]: Colour, share: number): Colour {
  return [red, green, blue, alpha * share];
}

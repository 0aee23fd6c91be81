/** What moves by itself: a flight of the camera, the glide after a fling, the change of layouts. */

import { eased, flight, type Flight, type Size, type View } from "./camera";

const CHANGE = 1100; // milliseconds from one layout to the next
const GLIDE = 0.0042; // share of speed lost a millisecond

export class Motion {
  private way: { flight: Flight; begun: number } | null = null;
  private glide: { vx: number; vy: number } | null = null;
  private change: number | null = null;
  private last = 0;

  fly(from: View, to: View, size: Size): void {
    this.glide = null;
    this.way = { flight: flight(from, to, size), begun: -1 };
  }

  fling(vx: number, vy: number): void {
    if (Math.hypot(vx, vy) > 0.15) this.glide = { vx, vy };
  }

  halt(): void {
    this.way = null;
    this.glide = null;
  }

  startChange(): void {
    this.change = -1;
  }

  get moving(): boolean {
    return this.way !== null || this.glide !== null || this.change !== null;
  }

  /** How far the change of layouts has come, 0-1; 1 when there is none. */
  share(now: number): number {
    if (this.change === null) return 1;
    if (this.change < 0) this.change = now;
    const share = (now - this.change) / CHANGE;
    if (share >= 1) this.change = null;
    return Math.min(1, Math.max(0, share));
  }

  /** The camera after the time that has passed. */
  step(view: View, now: number): View {
    const past = Math.min(64, this.last ? now - this.last : 16);
    this.last = now;
    if (this.way) {
      if (this.way.begun < 0) this.way.begun = now;
      const share = (now - this.way.begun) / this.way.flight.duration;
      const { flight: path } = this.way;
      if (share >= 1) this.way = null;
      return path.at(eased(Math.min(1, share)));
    }
    if (this.glide) {
      const { vx, vy } = this.glide;
      const kept = Math.exp(-GLIDE * past);
      this.glide = Math.hypot(vx, vy) < 0.01 ? null : { vx: vx * kept, vy: vy * kept };
      return { ...view, x: view.x - (vx * past) / view.scale, y: view.y - (vy * past) / view.scale };
    }
    return view;
  }

  idle(): void {
    this.last = 0;
  }
}

/** How many dots may be drawn a frame: less when frames take long, more when they are quick. */
export class Budget {
  dots = 150_000;
  private last = 0;
  private slow = 16;

  /** Tells of a frame within a movement. */
  frame(now: number, drawn: number): void {
    const past = now - this.last;
    this.last = now;
    if (past > 500) return; // the first frame after a rest
    this.slow += (past - this.slow) * 0.2;
    if (this.slow > 30) this.dots = Math.max(15_000, this.dots * 0.85);
    else if (this.slow < 19 && drawn >= this.dots * 0.9) this.dots = Math.min(4_000_000, this.dots * 1.15);
  }
}

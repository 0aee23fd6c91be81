/** What is given to the map from outside, and what a person points at. */

import type { Colouring, Cover, Theme } from "./events";
import { CHOSEN, HIDDEN } from "./points";

const THEME: Theme = { ghost: "#88888866", line: "#0f5c66", ground: "#bbbbbb", frame: "#ffffff" };

export class State {
  /** uint8 (count,): HIDDEN and CHOSEN of each picture. */
  bits = new Uint8Array(0);
  anyChosen = false;
  colouring: Colouring | null = null;
  theme: Theme = THEME;
  /** False: dots only. */
  pictures = true;
  /** For people who asked for less motion. */
  still = false;
  covers: readonly Cover[] = [];
  hovered: number | null = null;
  current: number | null = null;
  /** Neighbours of the current picture, nearest first. */
  neighbours: readonly number[] = [];

  /** Of so many pictures none is hidden or chosen. */
  begin(count: number): void {
    this.bits = new Uint8Array(count);
  }

  allowed = (index: number): boolean => (this.bits[index] & HIDDEN) === 0;

  isChosen(index: number): boolean {
    return (this.bits[index] & CHOSEN) !== 0;
  }

  /** `passes`: uint8 (count,), 1 where a picture is shown; null shows all. */
  filter(passes: Uint8Array | null): void {
    const { bits } = this;
    for (let i = 0; i < bits.length; i++) {
      bits[i] = (bits[i] & ~HIDDEN) | (passes === null || passes[i] ? 0 : HIDDEN);
    }
  }

  choose(indices: Iterable<number>): void {
    for (let i = 0; i < this.bits.length; i++) this.bits[i] &= ~CHOSEN;
    this.anyChosen = false;
    for (const index of indices) {
      this.bits[index] |= CHOSEN;
      this.anyChosen = true;
    }
  }

  /** The pictures that are large whatever the scale. */
  get pointedAt(): number[] {
    return [this.hovered, this.current].filter((index): index is number => index !== null);
  }
}

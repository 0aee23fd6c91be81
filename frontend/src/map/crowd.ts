/** The thumbnails on the map: which there are, how they come and go, how large each one is. */

import type { Atlas, Slot } from "./atlas";
import { choose, ruleFor, type ThumbnailRule } from "./choice";
import type { Cover, NearPicture } from "./events";
import type { Moment } from "./moment";
import type { Thumbnail } from "./thumbnails";
import type { Viewport } from "./viewport";

const FADE = 180; // milliseconds
const PAUSE = 90; // milliseconds between two choices while something moves
const LARGE = 88; // CSS pixels: the picture one points at
const NEIGHBOUR = 56;
const DIM = 0.3; // opacity of those not chosen when some are
const FLAT = 0.75; // most pictures are wider than high
const NEAR_MOST = 40; // large pictures at once
const COARSE = 1.6; // from here on a thumbnail is seen to be coarse

interface One {
  alpha: number;
  wanted: boolean;
}

export class Crowd {
  private readonly all = new Map<number, One>();
  private rule: ThumbnailRule = { side: 48, spacing: 1 };
  private stale = true;
  private chosenAt = 0;
  private last = 0;

  /** Another choice is needed: the camera moved, a filter changed. */
  again(): void {
    this.stale = true;
  }

  get waiting(): boolean {
    return this.stale;
  }

  /** No frame follows this one. */
  rest(): void {
    this.last = 0;
  }

  /** How many thumbnails are there to be drawn. */
  ready(atlas: Atlas): number {
    return [...this.all.keys()].filter((index) => atlas.slot(index)).length;
  }

  choose(moment: Moment): void {
    const { port, places, atlas, now } = moment;
    const shorter = Math.min(port.size.width, port.size.height);
    const [least, greatest] = [Math.min(64, Math.max(40, shorter / 18)), Math.min(360, shorter * 0.5)];
    this.rule = ruleFor(port.view, places.layout.spacing, least, greatest);
    if (!this.stale || (moment.share < 1 && this.all.size > 0)) return;
    if (moment.moving && now - this.chosenAt < PAUSE) return;
    this.chosenAt = now;
    this.stale = false;
    const wanted = this.wanted(moment);
    for (const [index, one] of this.all) one.wanted = wanted.has(index);
    for (const index of wanted) if (!this.all.has(index)) this.all.set(index, { alpha: 0, wanted: true });
    atlas.want(wanted);
  }

  private wanted({ port, places, state, atlas }: Moment): Set<number> {
    const always = state.pointedAt;
    if (!state.pictures) return new Set(always);
    const before = [...this.all].filter(([, one]) => one.wanted).map(([index]) => index).sort((a, b) => a - b);
    const kept = state.anyChosen ? before.filter((index) => state.isChosen(index)) : before;
    const wanted = choose(places, port.sight(this.rule.side), {
      spacing: this.rule.spacing,
      first: [...always, ...state.neighbours, ...kept],
      most: Math.floor(atlas.room * 0.8),
      free: (x, y) => !this.covered(port.project(x, y), state.covers),
    });
    for (const index of always) wanted.add(index);
    return wanted;
  }

  private covered([left, top]: readonly [number, number], covers: readonly Cover[]): boolean {
    const half = this.rule.side / 2;
    const lies = (one: Cover) =>
      left + half > one.left && left - half < one.right && top + half * FLAT > one.top && top - half * FLAT < one.bottom;
    return covers.some(lies);
  }

  /** Lets thumbnails come and go gently. True while one does. */
  fade({ now, state, atlas }: Moment): boolean {
    const step = state.still ? 1 : Math.min(1, (this.last ? now - this.last : 16) / FADE);
    this.last = now;
    let fading = false;
    for (const [index, one] of this.all) {
      if (one.wanted && !atlas.slot(index)) continue;
      const target = one.wanted ? 1 : 0;
      if (one.alpha === target && target) continue;
      one.alpha = target > one.alpha ? Math.min(1, one.alpha + step) : Math.max(0, one.alpha - step);
      if (one.alpha === 0 && !one.wanted) this.all.delete(index);
      else if (one.alpha !== target) fading = true;
    }
    return fading;
  }

  /** What is drawn, the least important first, and what is so near that it wants the picture. */
  seen(moment: Moment): { thumbnails: Thumbnail[]; near: NearPicture[] } {
    const thumbnails: Thumbnail[] = [];
    const near: NearPicture[] = [];
    const neighbours = new Set(moment.state.neighbours);
    for (const [index, { alpha }] of this.all) {
      const slot = moment.atlas.slot(index);
      if (!slot || alpha === 0) continue;
      const one = this.thumbnail(moment, index, { slot, alpha, neighbour: neighbours.has(index) });
      thumbnails.push(one);
      if (moment.share === 1) this.addNear(near, moment, one);
    }
    const order = [...moment.state.neighbours, moment.state.current, moment.state.hovered];
    thumbnails.sort((a, b) => order.indexOf(a.index) - order.indexOf(b.index) || a.index - b.index);
    return { thumbnails, near: near.slice(0, NEAR_MOST) };
  }

  private thumbnail(
    { state, places, before }: Moment,
    index: number,
    { slot, alpha, neighbour }: { slot: Slot; alpha: number; neighbour: boolean },
  ): Thumbnail {
    const large = index === state.hovered || index === state.current;
    const side = large ? Math.max(this.rule.side * 1.15, LARGE) : neighbour ? Math.max(this.rule.side, NEIGHBOUR) : this.rule.side;
    const framed = state.colouring?.frames ?? false;
    const dimmed = state.anyChosen && !state.isChosen(index) && !large;
    return {
      index,
      from: before.share(index),
      to: places.share(index),
      slot,
      shade: framed && state.colouring ? state.colouring.shades[index] : -1,
      frame: large ? 3.5 : framed ? Math.min(3, 1 + side / 48) : 1,
      side,
      alpha: dimmed ? alpha * DIM : alpha,
    };
  }

  private addNear(near: NearPicture[], { places, port }: Moment, { index, side, slot }: Thumbnail): void {
    const longest = Math.max(slot.width, slot.height);
    if (side * port.ratio < longest * COARSE) return;
    const [x, y] = port.project(...places.position(index));
    if (x < -side || y < -side || x > port.size.width + side || y > port.size.height + side) return;
    const [width, height] = [(side * slot.width) / longest, (side * slot.height) / longest];
    near.push({ index, left: x - width / 2, top: y - height / 2, width, height });
  }

  /** The thumbnail at a place of the canvas, or -1. */
  at(left: number, top: number, { port, position, atlas }: {
    port: Viewport;
    position: (index: number) => readonly [number, number];
    atlas: Atlas;
  }): number {
    let [best, closest] = [-1, Infinity];
    for (const index of this.all.keys()) {
      if (!atlas.slot(index)) continue;
      const [x, y] = port.project(...position(index));
      const distance = Math.max(Math.abs(x - left), Math.abs(y - top));
      if (distance <= this.rule.side / 2 && distance < closest) [best, closest] = [index, distance];
    }
    return best;
  }
}

/** Where one looks from: a centre in the layout's units, and CSS pixels a unit. */

import type { Box } from "../data/source";

export interface View {
  readonly x: number;
  readonly y: number;
  readonly scale: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Rect {
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
}

export function project(view: View, size: Size, x: number, y: number): [number, number] {
  return [(x - view.x) * view.scale + size.width / 2, (y - view.y) * view.scale + size.height / 2];
}

export function unproject(view: View, size: Size, left: number, top: number): [number, number] {
  return [(left - size.width / 2) / view.scale + view.x, (top - size.height / 2) / view.scale + view.y];
}

/** What is in sight, with a margin in CSS pixels. */
export function sight(view: View, size: Size, margin = 0): Rect {
  const dx = (size.width / 2 + margin) / view.scale;
  const dy = (size.height / 2 + margin) / view.scale;
  return { x0: view.x - dx, y0: view.y - dy, x1: view.x + dx, y1: view.y + dy };
}

/** Space that covers leave free: the page's panels lie over the canvas. */
export interface Insets {
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  readonly left: number;
}

export const NO_INSETS: Insets = { top: 0, right: 0, bottom: 0, left: 0 };

/** The view in which a rectangle fills the free space. */
export function fit(rect: Rect, size: Size, insets: Insets, air = 0.06): View {
  const free = {
    width: Math.max(40, size.width - insets.left - insets.right),
    height: Math.max(40, size.height - insets.top - insets.bottom),
  };
  const scale = Math.min(
    (free.width * (1 - air)) / Math.max(1e-9, rect.x1 - rect.x0),
    (free.height * (1 - air)) / Math.max(1e-9, rect.y1 - rect.y0),
  );
  return {
    x: (rect.x0 + rect.x1) / 2 - (insets.left - insets.right) / 2 / scale,
    y: (rect.y0 + rect.y1) / 2 - (insets.top - insets.bottom) / 2 / scale,
    scale,
  };
}

export function zoomAround(view: View, size: Size, left: number, top: number, factor: number): View {
  const [x, y] = unproject(view, size, left, top);
  const scale = view.scale * factor;
  return { x: x - (left - size.width / 2) / scale, y: y - (top - size.height / 2) / scale, scale };
}

/** Nobody gets lost: the centre stays over the layout, the scale within its limits. */
export function bounded(view: View, box: Box, scales: readonly [number, number]): View {
  return {
    x: Math.min(box[0] * 1.05, Math.max(-box[0] * 0.05, view.x)),
    y: Math.min(box[1] * 1.05, Math.max(-box[1] * 0.05, view.y)),
    scale: Math.min(scales[1], Math.max(scales[0], view.scale)),
  };
}

export interface Flight {
  /** Milliseconds. */
  readonly duration: number;
  at(share: number): View;
}

/**
 * The way between two views that is felt as smooth and short: out, over, in.
 * van Wijk and Nuij, "Smooth and efficient zooming and panning", InfoVis 2003, with rho = 1.3.
 */
export function flight(from: View, to: View, size: Size): Flight {
  const rho = 1.3;
  const extent = Math.max(size.width, size.height);
  const [w0, w1] = [extent / from.scale, extent / to.scale];
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const way = Math.hypot(dx, dy);
  if (way < 1e-6 * w0) {
    const length = Math.abs(Math.log(w1 / w0)) / rho;
    return {
      duration: duration(length),
      at: (t) => ({ x: from.x + dx * t, y: from.y + dy * t, scale: from.scale * (to.scale / from.scale) ** t }),
    };
  }
  const bend = (w: number, sign: number) => {
    const b = (w1 * w1 - w0 * w0 + sign * rho ** 4 * way * way) / (2 * w * rho * rho * way);
    return -Math.asinh(b); // the paper's ln(sqrt(b^2 + 1) - b), which is ln 0 for a long zoom over a short way
  };
  const r0 = bend(w0, 1);
  const length = (bend(w1, -1) - r0) / rho;
  return {
    duration: duration(length),
    at: (t) => {
      const s = t * length;
      const u = (w0 / (rho * rho * way)) * (Math.cosh(r0) * Math.tanh(rho * s + r0) - Math.sinh(r0));
      const w = (w0 * Math.cosh(r0)) / Math.cosh(rho * s + r0);
      return { x: from.x + dx * u, y: from.y + dy * u, scale: extent / w };
    },
  };
}

function duration(length: number): number {
  return Math.min(2600, Math.max(250, length * 550));
}

export function eased(t: number): number {
  return t < 0.5 ? 4 * t ** 3 : 1 - (-2 * t + 2) ** 3 / 2;
}

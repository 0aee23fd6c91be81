/** Drawing: the square that a network took, and over a picture the heat of its answer. */

import type { Card } from "./card";
import type { Answered } from "./messages";

/** sRGB at even steps of heat from 0 to 1, evenly lighter: `sortal.explanation.palette`. */
const RAMP: readonly (readonly [number, number, number])[] = [
  [0, 54, 137],
  [103, 49, 163],
  [167, 43, 155],
  [215, 49, 139],
  [249, 74, 121],
  [255, 123, 113],
  [255, 163, 120],
  [255, 198, 139],
  [255, 230, 170],
];
const MOST = 200; // of 255: how opaque the hottest place is

/** Draws the square as the network took it. */
export function drawSquare(canvas: HTMLCanvasElement, { square }: Answered, size: number): void {
  Object.assign(canvas, { width: size, height: size });
  const image = new ImageData(size, size);
  for (let i = 0; i < size * size; i++) image.data.set([...square.subarray(3 * i, 3 * i + 3), 255], 4 * i);
  canvas.getContext("2d")!.putImageData(image, 0, 0);
}

/** Lays the heat where it belongs in a picture; what spoke against the answer stays clear. */
export function drawHeat(canvas: HTMLCanvasElement, answered: Answered, card: Card): void {
  const { width, height, heat } = answered;
  const scale = Math.min(1, 640 / Math.max(width, height));
  Object.assign(canvas, { width: Math.round(width * scale), height: Math.round(height * scale) });
  if (!heat) return;
  const brush = canvas.getContext("2d")!;
  const [left, top, wide, high] = seen(canvas, card.fit);
  brush.imageSmoothingQuality = "high";
  brush.drawImage(grid(heat, card.trunk.grid), left, top, wide, high);
}

/** Where the network's square lies over the picture. */
function seen({ width, height }: HTMLCanvasElement, fit: Card["fit"]): [number, number, number, number] {
  if (fit === "squash") return [0, 0, width, height];
  const side = fit === "pad" ? Math.max(width, height) : Math.min(width, height);
  return [(width - side) / 2, (height - side) / 2, side, side];
}

function grid(heat: Float32Array, side: number): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { width: side, height: side });
  const most = Math.max(...heat, 1e-9);
  const image = new ImageData(side, side);
  heat.forEach((value, i) => {
    const share = Math.max(0, value / most);
    image.data.set([...colour(share), Math.round(MOST * Math.sqrt(share))], 4 * i);
  });
  canvas.getContext("2d")!.putImageData(image, 0, 0);
  return canvas;
}

function colour(share: number): [number, number, number] {
  const place = share * (RAMP.length - 1);
  const first = Math.min(Math.floor(place), RAMP.length - 2);
  const mixed = RAMP[first]!.map((value, i) => value + (place - first) * (RAMP[first + 1]![i]! - value));
  return mixed.map(Math.round) as [number, number, number];
}

/** How a picture of any shape becomes the square that a network takes: `sortal.pictures.fit`. */

import { BICUBIC, HAMMING, type Pixels, reduce, resize } from "./resample";

export type Fit = "pad" | "squash" | "crop";

export const FITS: readonly string[] = ["pad", "squash", "crop"];

const BORDER = 127;
const WORKING_SIDE = 640;

/** Reduces a large picture to a half, a quarter or an eighth, as Sortal decodes it. */
export function workingSize(picture: Pixels): Pixels {
  const shorter = Math.min(picture.width, picture.height);
  const scale = [8, 4, 2].find((one) => Math.floor(shorter / one) >= WORKING_SIDE);
  return scale ? reduce(picture, scale, scale) : picture;
}

export function fitSquare(picture: Pixels, size: number, fit: Fit): Pixels {
  const { width, height } = picture;
  const shorter = Math.min(width, height);
  const filter = shorter >= size ? HAMMING : BICUBIC;
  if (fit === "squash") return resize(picture, size, size, filter);
  if (fit === "crop") {
    const [left, top] = [(width - shorter) / 2, (height - shorter) / 2];
    return resize(picture, size, size, filter, [left, top, left + shorter, top + shorter]);
  }
  const scale = size / Math.max(width, height);
  const [wide, high] = [width, height].map((side) => Math.max(1, halfEven(side * scale))) as [number, number];
  return framed(resize(picture, wide, high, filter), size);
}

function framed(inner: Pixels, size: number): Pixels {
  if (inner.width === size && inner.height === size) return inner;
  const data = new Uint8Array(3 * size * size).fill(BORDER);
  const [left, top] = [(size - inner.width) >> 1, (size - inner.height) >> 1];
  for (let y = 0; y < inner.height; y++) {
    const row = inner.data.subarray(3 * y * inner.width, 3 * (y + 1) * inner.width);
    data.set(row, 3 * ((top + y) * size + left));
  }
  return { width: size, height: size, data };
}

/** Rounds as Python does: halves to the even neighbour. */
function halfEven(value: number): number {
  const whole = Math.floor(value);
  if (value - whole !== 0.5) return Math.round(value);
  return whole % 2 === 0 ? whole : whole + 1;
}

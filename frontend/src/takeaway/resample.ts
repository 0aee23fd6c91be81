/**
 * Pillow's resampling (libImaging's Resample.c and Reduce.c of 13.0), bit for bit: the same
 * filters, the same fixed-point weights, the same reduction before them and the same order of the
 * two passes, with bytes in between. Where Pillow keeps a number in 32 bits, so does this.
 */

/** Three bytes a pixel, red, green, blue, rows from the top. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** Left, top, right, bottom in pixels; parts of pixels are meant. */
export type Box = readonly [number, number, number, number];

export interface Filter {
  readonly support: number;
  readonly weight: (x: number) => number;
}

const [FLOAT_54, FLOAT_46] = [Math.fround(0.54), Math.fround(0.46)];

export const HAMMING: Filter = {
  support: 1,
  weight: (x) => {
    const angle = Math.PI * Math.abs(x);
    if (angle === 0) return 1;
    return angle >= Math.PI ? 0 : (Math.sin(angle) / angle) * (FLOAT_54 + FLOAT_46 * Math.cos(angle));
  },
};

/** Keys, IEEE Transactions on Acoustics, Speech and Signal Processing, 1981, with a = -0.5. */
export const BICUBIC: Filter = {
  support: 2,
  weight: (x) => {
    const far = Math.abs(x);
    if (far < 1) return (1.5 * far - 2.5) * far * far + 1;
    return far < 2 ? ((-0.5 * far + 2.5) * far - 4) * far + 2 : 0;
  },
};

const BITS = 22; // of a weight behind the point
const GAP = 2; // how much larger than asked for a picture stays when it is first reduced

/** Resizes a part of a picture; what is much too large is averaged in whole blocks first. */
export function resize(picture: Pixels, width: number, height: number, filter: Filter, part?: Box): Pixels {
  let box: Box = part ?? [0, 0, picture.width, picture.height];
  if (!part && picture.width === width && picture.height === height) return picture;
  const factors = [
    Math.max(1, Math.floor((box[2] - box[0]) / width / GAP)),
    Math.max(1, Math.floor((box[3] - box[1]) / height / GAP)),
  ] as const;
  if (factors[0] > 1 || factors[1] > 1) {
    const safe = around(picture, box, width, height, filter);
    picture = reduce(picture, factors[0], factors[1], safe);
    box = [
      (box[0] - safe[0]) / factors[0],
      (box[1] - safe[1]) / factors[1],
      (box[2] - safe[0]) / factors[0],
      (box[3] - safe[1]) / factors[1],
    ];
  }
  const rows = (from: Pixels): Pixels =>
    passes(picture.width, width, box[0], box[2]) ? across(from, width, filter, box) : from;
  const columns = (from: Pixels): Pixels =>
    passes(picture.height, height, box[1], box[3]) ? down(from, height, filter, box) : from;
  return columnsFirst(picture, width, height) ? rows(columns(picture)) : columns(rows(picture));
}

/** Pillow saves time where a picture loses more than twice as many rows as columns. */
function columnsFirst(picture: Pixels, width: number, height: number): boolean {
  return picture.height > height && picture.height - height > 2 * (picture.width - width);
}

const passes = (from: number, to: number, first: number, last: number): boolean =>
  from !== to || first !== 0 || last !== to;

/** The whole pixels that a filter may touch. */
function around(picture: Pixels, box: Box, width: number, height: number, filter: Filter): Box {
  const [x, y] = [(box[2] - box[0]) / width, (box[3] - box[1]) / height].map((scale) => (filter.support - 0.5) * scale);
  return [
    Math.max(0, Math.trunc(box[0] - x)),
    Math.max(0, Math.trunc(box[1] - y)),
    Math.min(picture.width, Math.ceil(box[2] + x)),
    Math.min(picture.height, Math.ceil(box[3] + y)),
  ];
}

/** Averages blocks of pixels; those at the right and lower edge may be smaller. */
export function reduce(picture: Pixels, byX: number, byY: number, box?: Box): Pixels {
  const [left, top, right, bottom] = box ?? [0, 0, picture.width, picture.height];
  const width = Math.ceil((right - left) / byX);
  const height = Math.ceil((bottom - top) / byY);
  const data = new Uint8Array(3 * width * height);
  for (let y = 0; y < height; y++) {
    const first = top + y * byY;
    const last = Math.min(first + byY, bottom);
    for (let x = 0; x < width; x++) {
      const start = left + x * byX;
      const end = Math.min(start + byX, right);
      mean(picture, [start, first, end, last], data, 3 * (y * width + x));
    }
  }
  return { width, height, data };
}

function mean(picture: Pixels, [left, top, right, bottom]: Box, into: Uint8Array, at: number): void {
  const n = (right - left) * (bottom - top);
  const half = n >> 1;
  let [red, green, blue] = [half, half, half];
  for (let y = top; y < bottom; y++) {
    for (let i = 3 * (y * picture.width + left), end = i + 3 * (right - left); i < end; i += 3) {
      red += picture.data[i]!;
      green += picture.data[i + 1]!;
      blue += picture.data[i + 2]!;
    }
  }
  const share = Math.floor(2 ** 32 / (256 * n));
  into[at] = Math.imul(red, share) >>> 24;
  into[at + 1] = Math.imul(green, share) >>> 24;
  into[at + 2] = Math.imul(blue, share) >>> 24;
}

interface Taps {
  readonly first: Int32Array;
  readonly n: Int32Array;
  readonly most: number;
  readonly weights: Int32Array;
}

/** Which pixels make each new one, and with which weights. */
function taps(from: number, to: number, left: number, right: number, filter: Filter): Taps {
  const start = Math.fround(left);
  const scale = Math.fround(Math.fround(right) - start) / to;
  const stretch = Math.max(1, scale);
  const support = filter.support * stretch;
  const most = Math.ceil(support) * 2 + 1;
  const found = { first: new Int32Array(to), n: new Int32Array(to), most, weights: new Int32Array(to * most) };
  for (let place = 0; place < to; place++) {
    const centre = start + (place + 0.5) * scale;
    const first = Math.max(0, Math.trunc(centre - support + 0.5));
    const n = Math.min(from, Math.trunc(centre + support + 0.5)) - first;
    const raw = Array.from({ length: n }, (_, k) => filter.weight((k + first - centre + 0.5) * (1 / stretch)));
    const sum = raw.reduce((all, one) => all + one, 0);
    found.first[place] = first;
    found.n[place] = n;
    raw.forEach((one, k) => {
      const share = sum === 0 ? one : one / sum;
      found.weights[place * most + k] = Math.trunc((share < 0 ? -0.5 : 0.5) + share * 2 ** BITS);
    });
  }
  return found;
}

function across(picture: Pixels, width: number, filter: Filter, box: Box): Pixels {
  const { first, n, most, weights } = taps(picture.width, width, box[0], box[2], filter);
  const data = new Uint8Array(3 * width * picture.height);
  for (let y = 0, at = 0; y < picture.height; y++) {
    for (let x = 0; x < width; x++, at += 3) {
      sum(picture.data, 3 * (y * picture.width + first[x]!), 3, weights, x * most, n[x]!, data, at);
    }
  }
  return { width, height: picture.height, data };
}

function down(picture: Pixels, height: number, filter: Filter, box: Box): Pixels {
  const { first, n, most, weights } = taps(picture.height, height, box[1], box[3], filter);
  const { width } = picture;
  const data = new Uint8Array(3 * width * height);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at += 3) {
      sum(picture.data, 3 * (first[y]! * width + x), 3 * width, weights, y * most, n[y]!, data, at);
    }
  }
  return { width, height, data };
}

/** Weighs n pixels that lie `step` apart, rounds, and cuts to 0-255. */
function sum(
  from: Uint8Array,
  start: number,
  step: number,
  weights: Int32Array,
  k: number,
  n: number,
  into: Uint8Array,
  at: number,
): void {
  let red = 1 << (BITS - 1);
  let green = red;
  let blue = red;
  for (let j = 0, i = start; j < n; j++, i += step) {
    const weight = weights[k + j]!;
    red += from[i]! * weight;
    green += from[i + 1]! * weight;
    blue += from[i + 2]! * weight;
  }
  into[at] = cut(red >> BITS);
  into[at + 1] = cut(green >> BITS);
  into[at + 2] = cut(blue >> BITS);
}

const cut = (value: number): number => (value < 0 ? 0 : value > 255 ? 255 : value);

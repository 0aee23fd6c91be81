/**
 * Looks at a file before the browser decodes it: browsers show the rest of a picture that was cut
 * off in grey, and turn some kinds into other colours than Sortal does. Neither may be answered.
 */

import { Refused } from "./refused";

const starts = (data: Uint8Array, text: string, at = 0): boolean =>
  [...text].every((sign, i) => data[at + i] === sign.charCodeAt(0));

const u16 = (data: Uint8Array, at: number): number => (data[at]! << 8) | data[at + 1]!;
const u32 = (data: Uint8Array, at: number): number => u16(data, at) * 65536 + u16(data, at + 2);

const OTHERS: readonly (readonly [string, string, number])[] = [
  ["TIFF", "II*\0", 0],
  ["TIFF", "MM\0*", 0],
  ["JPEG 2000", "jP  ", 4],
  ["JPEG 2000", "\xff\x4f\xff\x51", 0],
  ["JPEG XL", "\xff\x0a", 0],
  ["JPEG XL", "JXL ", 4],
  ["HEIC", "ftyphei", 4],
  ["HEIC", "ftypmif1", 4],
  ["Netpbm", "P5", 0],
  ["Netpbm", "P6", 0],
];

/**
 * Checks that a picture file is whole and of a kind that is read alike here and in Sortal.
 *
 * @throws Refused with the reason.
 */
export function checkFile(data: Uint8Array): void {
  if (!data.length) throw new Refused("empty");
  if (starts(data, "\xff\xd8\xff")) return checkJpeg(data);
  if (starts(data, "\x89PNG\r\n\x1a\n")) return checkPng(data);
  if (starts(data, "RIFF") && starts(data, "WEBP", 8)) return checkWebp(data);
  if (starts(data, "GIF8")) return checkGif(data);
  if (starts(data, "BM") || starts(data, "ftypavi", 4)) return;
  const other = OTHERS.find(([, sign, at]) => starts(data, sign, at));
  throw other ? new Refused("no-decoder", other[0]) : new Refused("not-a-picture");
}

/** Walks the segments to the compressed data; an end marker must come after it. */
function checkJpeg(data: Uint8Array): void {
  let at = 2;
  while (at + 4 <= data.length && data[at] === 0xff) {
    const marker = data[at + 1]!;
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame && data[at + 9] === 4) throw new Refused("cmyk");
    at += 2 + u16(data, at + 2);
    if (marker === 0xda) break;
  }
  for (; at + 1 < data.length; at++) if (data[at] === 0xff && data[at + 1] === 0xd9) return;
  throw new Refused("truncated", "JPEG");
}

function checkPng(data: Uint8Array): void {
  const [depth, colour] = [data[24], data[25]];
  if (depth === 16 && (colour === 0 || colour === 4)) throw new Refused("deep-grey");
  for (let at = 8; at + 12 <= data.length; at += 12 + u32(data, at)) {
    if (starts(data, "IEND", at + 4)) return;
  }
  throw new Refused("truncated", "PNG");
}

function checkWebp(data: Uint8Array): void {
  const said = data[4]! + 256 * (data[5]! + 256 * (data[6]! + 256 * data[7]!));
  if (data.length < said + 8) throw new Refused("truncated", "WebP");
}

/** A GIF ends with its trailer, perhaps followed by zeros. */
function checkGif(data: Uint8Array): void {
  let last = data.length - 1;
  while (last > 0 && data[last] === 0) last -= 1;
  if (data[last] !== 0x3b) throw new Refused("truncated", "GIF");
}

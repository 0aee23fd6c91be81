/** From a file or a camera's frame to upright RGB pixels. */

import { Refused } from "./refused";
import type { Pixels } from "./resample";
import { checkFile } from "./whole";

const MOST_PIXELS = 120e6; // more than any canvas of a browser holds on a small machine

/**
 * Decodes a picture file: upright, colours as stored, transparency laid onto white.
 *
 * @throws Refused with the reason.
 */
export async function decodeFile(file: Blob): Promise<Pixels> {
  checkFile(new Uint8Array(await file.arrayBuffer()));
  const bitmap = await createImageBitmap(file, {
    imageOrientation: "from-image",
    colorSpaceConversion: "none",
    premultiplyAlpha: "none",
  }).catch(() => {
    throw new Refused("damaged");
  });
  return pixelsOf(bitmap);
}

/** Reads the pixels of a bitmap and closes it. */
export function pixelsOf(bitmap: ImageBitmap): Pixels {
  const { width, height } = bitmap;
  if (width * height > MOST_PIXELS) throw new Refused("too-large", `${width} × ${height}`);
  const canvas = new OffscreenCanvas(width, height);
  const brush = canvas.getContext("2d", { willReadFrequently: true });
  if (!brush) throw new Refused("too-large", `${width} × ${height}`);
  brush.fillStyle = "#fff";
  brush.fillRect(0, 0, width, height);
  brush.drawImage(bitmap, 0, 0);
  bitmap.close();
  return { width, height, data: withoutAlpha(brush.getImageData(0, 0, width, height).data) };
}

export function withoutAlpha(rgba: Uint8ClampedArray): Uint8Array {
  const rgb = new Uint8Array((rgba.length / 4) * 3);
  for (let from = 0, to = 0; from < rgba.length; from += 4, to += 3) {
    rgb[to] = rgba[from]!;
    rgb[to + 1] = rgba[from + 1]!;
    rgb[to + 2] = rgba[from + 2]!;
  }
  return rgb;
}

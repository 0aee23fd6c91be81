/** Arrays as a site stores them: base64 of little-endian numbers, rows first. */

import type { Numbers } from "./source";

const TYPES = {
  uint8: Uint8Array,
  uint16: Uint16Array,
  uint32: Uint32Array,
  int32: Int32Array,
  float32: Float32Array,
  float64: Float64Array,
} as const;

export interface Packed {
  readonly type: keyof typeof TYPES;
  readonly shape: readonly number[];
  readonly data: string;
}

export function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

/** The numbers of a packed array. Every machine with a browser is little-endian. */
export function numbersOf(packed: Packed): Numbers {
  const kind = TYPES[packed.type];
  const bytes = bytesOf(packed.data);
  const expected = packed.shape.reduce((product, side) => product * side, 1);
  if (bytes.length !== expected * kind.BYTES_PER_ELEMENT) {
    throw new Error(
      `An array of ${packed.shape.join(" x ")} ${packed.type} came with ${bytes.length} bytes; ` +
        "the file is damaged. Write the map again.",
    );
  }
  return new kind(bytes.buffer);
}

/** A data: URL with base64 content as a blob, without asking the network stack. */
export function blobOf(url: string): Blob {
  const comma = url.indexOf(",");
  const type = url.slice(5, url.indexOf(";"));
  return new Blob([bytesOf(url.slice(comma + 1))], { type });
}

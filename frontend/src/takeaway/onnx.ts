/** What the page needs of a model file besides running it: its card and its head's weights. */

/** A field of Protocol Buffers: its number, and its bytes or its value. */
interface Field {
  readonly number: number;
  readonly bytes: Uint8Array;
  readonly value: number;
}

/** One stored tensor of float32 numbers. */
export interface Stored {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

const MODEL = { graph: 7, metadata: 14 };
const GRAPH = { initializer: 5 };
const TENSOR = { dims: 1, type: 2, floats: 4, name: 8, raw: 9 };
const FLOAT32 = 1;

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

function* fields(data: Uint8Array): Generator<Field> {
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let power = 1; ; power *= 128) {
      const byte = data[at++];
      if (byte === undefined) throw new RangeError("The file ends within a number.");
      value += (byte & 127) * power;
      if (byte < 128) return value;
    }
  };
  while (at < data.length) {
    const key = varint();
    const number = Math.floor(key / 8);
    const kind = key % 8;
    if (kind === 0) {
      yield { number, value: varint(), bytes: data.subarray(0, 0) };
      continue;
    }
    const length = kind === 2 ? varint() : kind === 5 ? 4 : kind === 1 ? 8 : NaN;
    if (!(at + length <= data.length)) throw new RangeError("A part of the file ends too early.");
    yield { number, value: 0, bytes: data.subarray(at, at + length) };
    at += length;
  }
}

/** The metadata of a model, by key. */
export function metadata(model: Uint8Array): Map<string, string> {
  const found = new Map<string, string>();
  for (const entry of fields(model)) {
    if (entry.number !== MODEL.metadata) continue;
    const [key, value] = [1, 2].map((n) => [...fields(entry.bytes)].find((one) => one.number === n)?.bytes);
    if (key && value) found.set(text(key), text(value));
  }
  return found;
}

/** The stored float32 tensors of the names asked for. */
export function stored(model: Uint8Array, names: readonly string[]): Map<string, Stored> {
  const found = new Map<string, Stored>();
  for (const graph of fields(model)) {
    if (graph.number !== MODEL.graph) continue;
    for (const one of fields(graph.bytes)) {
      if (one.number !== GRAPH.initializer) continue;
      const parts = [...fields(one.bytes)];
      const name = text(parts.find((part) => part.number === TENSOR.name)?.bytes ?? new Uint8Array());
      if (names.includes(name)) found.set(name, tensor(parts));
    }
  }
  return found;
}

function tensor(parts: readonly Field[]): Stored {
  const type = parts.find((part) => part.number === TENSOR.type)?.value;
  const raw = parts.find((part) => part.number === TENSOR.raw || part.number === TENSOR.floats)?.bytes;
  if (type !== FLOAT32 || !raw) throw new RangeError("The head's weights are not float32 numbers.");
  const dims = parts.filter((part) => part.number === TENSOR.dims);
  const shape = dims.flatMap((part) => (part.bytes.length ? [...varints(part.bytes)] : [part.value]));
  return { shape, values: new Float32Array(raw.slice().buffer) };
}

/** Numbers written one after the other ("packed"). */
function* varints(bytes: Uint8Array): Generator<number> {
  let [value, power] = [0, 1];
  for (const byte of bytes) {
    value += (byte & 127) * power;
    power = byte < 128 ? 1 : power * 128;
    if (byte < 128) {
      yield value;
      value = 0;
    }
  }
}

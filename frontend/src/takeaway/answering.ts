/** The worker: loads the model once, then answers one picture after the other. */

import { decodeFile, pixelsOf } from "./decoding";
import { workingSize } from "./fit";
import type { Answered, Asked, Said } from "./messages";
import { Refused } from "./refused";
import type { Pixels } from "./resample";
import { Model } from "./running";

const RUNTIME = "ort-wasm-simd-threaded.wasm";
const MODEL = "model.onnx";

let model: Promise<Model> | null = null;
let last: Promise<unknown> = Promise.resolve();

const say = (said: Said): void => postMessage(said);

addEventListener("message", ({ data }: MessageEvent<Asked>) => {
  last = last.then(() => answer(data)); // one at a time, in the order they came
});

async function answer(asked: Asked): Promise<void> {
  const { id } = asked;
  try {
    model ??= load((share) => say({ id, share }));
    const loaded = await model;
    if (asked.kind === "load") return say({ id, done: { card: loaded.card, bytes: loaded.bytes } });
    const begun = performance.now();
    const picture = asked.kind === "file" ? await decodeFile(asked.file) : pixelsOf(asked.frame);
    say({ id, done: await answered(loaded, picture, asked.heat, begun) });
  } catch (error) {
    if (!(error instanceof Refused)) console.error(error);
    const known = error instanceof Refused ? error : new Refused("damaged", String(error));
    say({ id, refused: known.reason, detail: known.detail });
  }
}

async function answered(loaded: Model, picture: Pixels, withHeat: boolean, begun: number): Promise<Answered> {
  const square = loaded.square(workingSize(picture));
  const raw = await loaded.run(square, withHeat);
  const { width, height } = picture;
  return { ...raw, width, height, square: square.data, milliseconds: performance.now() - begun };
}

async function load(tell: (share: number) => void): Promise<Model> {
  const parts = [MODEL, RUNTIME];
  const shares = parts.map(() => 0);
  const [file, runtime] = await Promise.all(
    parts.map((name, i) =>
      fetched(name, (share) => {
        shares[i] = share;
        tell(shares.reduce((all, one) => all + one, 0) / parts.length);
      }),
    ),
  );
  return Model.of(file!, runtime!.buffer as ArrayBuffer).catch((error: unknown) => {
    throw error instanceof Refused ? error : new Refused("damaged-model", String(error));
  });
}

/** Fetches a file of this folder and tells how much of it is there; hosts may not say its size. */
async function fetched(name: string, tell: (share: number) => void): Promise<Uint8Array> {
  const response = await fetch(name).catch(() => null);
  if (!response?.ok || !response.body) throw new Refused("missing", name);
  const size = Number(response.headers.get("content-length"));
  const chunks: Uint8Array[] = [];
  let n = 0;
  for (const reader = response.body.getReader(); ; ) {
    const { done, value } = await reader.read();
    if (done) break;
    chunks.push(value);
    n += value.length;
    tell(size ? Math.min(1, n / size) : 0);
  }
  const whole = new Uint8Array(n);
  chunks.reduce((at, chunk) => (whole.set(chunk, at), at + chunk.length), 0);
  return whole;
}

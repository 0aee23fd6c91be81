/** The model: its file read, its graph run by ONNX Runtime, its heat worked out. */

import * as ort from "onnxruntime-web/wasm";
import { type Card, readCard } from "./card";
import { fitSquare } from "./fit";
import { metadata, type Stored, stored } from "./onnx";
import { Refused } from "./refused";
import type { Pixels } from "./resample";

const HASH_LENGTH = 64; // hexadecimal digits at the end of a file of Sortal

/** What the network says of one square. */
export interface Raw {
  readonly probabilities: Float32Array;
  readonly distance: number | null;
  readonly heat: Float32Array | null;
}

export class Model {
  private constructor(
    readonly card: Card,
    readonly bytes: number,
    private readonly session: ort.InferenceSession,
    private readonly weights: Stored | null,
  ) {}

  /**
   * Makes a model of a file's bytes.
   *
   * @throws Refused with the reason.
   */
  static async of(data: Uint8Array, runtime: ArrayBuffer): Promise<Model> {
    await checkWhole(data);
    const card = readCard(metadata(data).get("sortal.card"));
    // Without the two headers that few static hosts send, a page has one thread.
    Object.assign(ort.env.wasm, { numThreads: 1, proxy: false, wasmBinary: runtime });
    const weights = card.trunk.grid ? (stored(data, ["head.weights"]).get("head.weights") ?? null) : null;
    const session = await ort.InferenceSession.create(data, { executionProviders: ["wasm"] });
    return new Model(card, data.length, session, weights);
  }

  square(picture: Pixels): Pixels {
    return fitSquare(picture, this.card.size, this.card.fit);
  }

  async run(square: Pixels, withHeat: boolean): Promise<Raw> {
    const { size } = this.card;
    const image = new ort.Tensor("uint8", square.data, [1, size, size, 3]);
    const heated = withHeat && this.weights !== null && this.session.outputNames.includes("features");
    const wanted = ["probabilities", "distance", ...(heated ? ["features"] : [])];
    const out = await this.session.run({ image }, wanted.filter((one) => this.session.outputNames.includes(one)));
    const probabilities = new Float32Array(out["probabilities"]!.data as Float32Array);
    const distance = out["distance"] ? (out["distance"].data as Float32Array)[0]! : null;
    const heat = heated ? this.heat(out["features"]!.data as Float32Array, probabilities) : null;
    return { probabilities, distance, heat };
  }

  /** The exact share of every place in the likeliest kind's logit: weights times features. */
  private heat(features: Float32Array, probabilities: Float32Array): Float32Array {
    const { grid, width } = this.card.trunk;
    const kind = probabilities.indexOf(Math.max(...probabilities));
    const weights = this.weights!.values.subarray(kind * width, (kind + 1) * width);
    const places = grid * grid;
    const heat = new Float64Array(places);
    for (let k = 0; k < width; k++) {
      for (let place = 0; place < places; place++) heat[place]! += weights[k]! * features[k * places + place]!;
    }
    return Float32Array.from(heat);
  }
}

/** The last 64 bytes are the SHA-256 of all before; browsers work it out on secure pages only. */
async function checkWhole(data: Uint8Array): Promise<void> {
  const said = new TextDecoder("latin1").decode(data.subarray(-HASH_LENGTH));
  if (!/^[0-9a-f]{64}$/.test(said)) throw new Refused("damaged-model");
  if (!globalThis.crypto?.subtle) return;
  const digest = await crypto.subtle.digest("SHA-256", data.slice(0, -HASH_LENGTH));
  const hex = [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  if (hex !== said) throw new Refused("damaged-model");
}

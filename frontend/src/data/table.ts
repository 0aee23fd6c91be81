/** Whole columns and single texts of a collection, read when they are first asked for. */

import { isMeasured, type Column, type Manifest, type Measured, type Numbers, type Source } from "./source";

export type Values = Uint8Array | Uint16Array | Uint32Array | Float32Array | Float64Array;

export class Table {
  private readonly whole = new Map<string, Promise<Values>>();
  private readonly ready = new Map<string, Values>();

  constructor(
    private readonly source: Source,
    readonly manifest: Manifest,
  ) {}

  column(id: string): Column | undefined {
    return this.manifest.columns.find((column) => column.id === id);
  }

  /** Columns with a value to colour and filter by. */
  get measured(): readonly Measured[] {
    return this.manifest.columns.filter(isMeasured);
  }

  /** All values of a category, number or date. */
  values(id: string): Promise<Values> {
    let values = this.whole.get(id);
    if (!values) {
      values = this.read(id);
      this.whole.set(id, values);
      values.then(
        (read) => this.ready.set(id, read),
        () => this.whole.delete(id),
      );
    }
    return values;
  }

  /** The values, when they have been read before. */
  present(id: string): Values | undefined {
    return this.ready.get(id);
  }

  private async read(id: string): Promise<Values> {
    const { count, blocks } = this.manifest;
    let all: Values | null = null;
    for (let block = 0; block * blocks.points < count; block++) {
      const some: Numbers = await this.source.column(id, block);
      all ??= new (some.constructor as new (n: number) => Values)(count);
      all.set(some, block * blocks.points);
    }
    return all ?? new Uint8Array(0);
  }

  async text(id: string, index: number): Promise<string> {
    const size = this.manifest.blocks.texts;
    return (await this.source.texts(id, Math.floor(index / size)))[index % size] ?? "";
  }

  /** Every block of texts in turn, with the index of its first. */
  async *texts(id: string): AsyncGenerator<readonly [number, readonly string[]]> {
    const size = this.manifest.blocks.texts;
    for (let block = 0; block * size < this.manifest.count; block++) {
      yield [block * size, await this.source.texts(id, block)];
    }
  }

  async neighbours(index: number): Promise<number[]> {
    const { near, blocks } = this.manifest;
    if (near === 0) return [];
    const all = await this.source.neighbours(Math.floor(index / blocks.texts));
    const row = index % blocks.texts;
    return [...all.subarray(row * near, (row + 1) * near)].filter((other) => other >= 0);
  }
}

export function isMissing(value: number, values: Values): boolean {
  if (values instanceof Float32Array || values instanceof Float64Array) return Number.isNaN(value);
  return value === 2 ** (8 * values.BYTES_PER_ELEMENT) - 1;
}

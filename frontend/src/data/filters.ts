/**
 * Which pictures pass, and how many of each kind there are under all other filters.
 *
 * Each filter owns one bit of a number per picture, set where the picture fails it. A picture
 * passes when no bit is set; a column's own counts ignore its own bit.
 */

import type { CategoryColumn, NumberColumn } from "./source";
import { isMissing, type Table, type Values } from "./table";

export type Filter =
  | { readonly kind: "values"; readonly codes: ReadonlySet<number>; readonly missing: boolean }
  | { readonly kind: "range"; readonly from: number; readonly to: number };

const MOST = 31;

export class Filters {
  private readonly failed: Uint32Array;
  private readonly bits = new Map<string, number>();
  private readonly active = new Map<string, Filter>();

  constructor(private readonly table: Table) {
    this.failed = new Uint32Array(table.manifest.count);
  }

  get(id: string): Filter | undefined {
    return this.active.get(id);
  }

  get all(): ReadonlyMap<string, Filter> {
    return this.active;
  }

  async set(id: string, filter: Filter | null): Promise<void> {
    const values = filter ? await this.table.values(id) : null;
    const bit = this.bitOf(id);
    if (filter && values) {
      this.active.set(id, filter);
      const passes = test(filter, values);
      for (let i = 0; i < values.length; i++) {
        this.failed[i] = passes(values[i]) ? this.failed[i] & ~bit : this.failed[i] | bit;
      }
      return;
    }
    this.active.delete(id);
    this.bits.delete(id);
    for (let i = 0; i < this.failed.length; i++) this.failed[i] &= ~bit;
  }

  /** uint8 (count,), 1 where a picture passes; null when nothing is filtered. */
  passes(): Uint8Array | null {
    if (this.active.size === 0) return null;
    const passes = new Uint8Array(this.failed.length);
    for (let i = 0; i < passes.length; i++) passes[i] = this.failed[i] === 0 ? 1 : 0;
    return passes;
  }

  /** Pictures a category under the other filters, by code; the last number is the missing. */
  counts(column: CategoryColumn): Uint32Array | null {
    const values = this.table.present(column.id);
    if (!values) return null;
    const others = ~(this.bits.get(column.id) ?? 0);
    const counts = new Uint32Array(column.values.length + 1);
    for (let i = 0; i < values.length; i++) {
      if ((this.failed[i] & others) === 0) counts[Math.min(values[i], column.values.length)] += 1;
    }
    return counts;
  }

  /** Pictures a bin of the column's histogram under the other filters. */
  histogram(column: NumberColumn, bins: number): Uint32Array | null {
    const values = this.table.present(column.id);
    if (!values || column.min === null || column.max === null) return null;
    const others = ~(this.bits.get(column.id) ?? 0);
    const counts = new Uint32Array(bins);
    const factor = column.max > column.min ? bins / (column.max - column.min) : 0;
    for (let i = 0; i < values.length; i++) {
      if ((this.failed[i] & others) !== 0 || Number.isNaN(values[i])) continue;
      counts[Math.min(bins - 1, Math.max(0, Math.floor((values[i] - column.min) * factor)))] += 1;
    }
    return counts;
  }

  private bitOf(id: string): number {
    let bit = this.bits.get(id);
    if (bit === undefined) {
      const taken = new Set(this.bits.values());
      bit = Array.from({ length: MOST }, (_, i) => 1 << i).find((one) => !taken.has(one));
      if (bit === undefined) throw new Error(`At most ${MOST} columns can be filtered at once; end one filter first.`);
      this.bits.set(id, bit);
    }
    return bit;
  }
}

function test(filter: Filter, values: Values): (value: number) => boolean {
  if (filter.kind === "range") return (value) => value >= filter.from && value <= filter.to;
  return (value) => (isMissing(value, values) ? filter.missing : filter.codes.has(value));
}

/**
 * The kinds of the pictures as they are now: as the map was drawn, and what was said since.
 *
 * A label given here shows at once, and taken back at once when the change is taken back; for
 * all that was said elsewhere the map is drawn again.
 */

import type { CategoryColumn } from "../../data/source";
import type { Table, Values } from "../../data/table";
import { isMissing } from "../../data/table";
import { call } from "../client";
import type { Studio } from "../studio";

export const LIVE = "label";
const NONE = 65_535;
const AT_ONCE = 500; // pictures asked for in one request

export class Labels {
  /** uint16 (count,): the place of each picture's kind in `names`. */
  private codes = new Uint16Array(0);
  private names: string[] = [];
  private aside = new Set<number>();
  private readonly touched = new Set<number>();
  private points = new Map<number, number>();

  constructor(private readonly studio: Studio) {}

  /** Begins with what the map says. `ids`: the picture behind each point. */
  async read(table: Table, ids: Int32Array): Promise<void> {
    this.points = new Map([...ids].map((id, point) => [id, point]));
    this.codes = new Uint16Array(ids.length).fill(NONE);
    const column = table.column(LIVE);
    if (column?.type !== "category") return;
    const values = await table.values(LIVE);
    this.names = [...column.values];
    for (let i = 0; i < values.length; i++) if (!isMissing(values[i], values)) this.codes[i] = values[i];
  }

  /** Pictures to keep up with: some of them were changed, or will be. */
  touch(ids: Iterable<number>): void {
    for (const id of ids) this.touched.add(id);
  }

  /** Asks what has become of the pictures that were touched. */
  async refresh(): Promise<void> {
    const all = [...this.touched];
    for (let first = 0; first < all.length; first += AT_ONCE) {
      const { pictures } = await call("POST /api/pictures", { body: { pictures: all.slice(first, first + AT_ONCE) } });
      for (const { id, kind, excluded } of pictures) this.set(id, kind, excluded);
    }
  }

  private set(id: number, kind: number | null, excluded: boolean): void {
    const point = this.points.get(id);
    if (point === undefined) return;
    this.codes[point] = kind === null ? NONE : this.codeOf(this.studio.kindName(kind));
    if (excluded) this.aside.add(point);
    else this.aside.delete(point);
  }

  private codeOf(name: string): number {
    const known = this.names.indexOf(name);
    return known >= 0 ? known : this.names.push(name) - 1;
  }

  /** As a column of the map, for its colours. */
  column(title: string): { column: CategoryColumn; values: Values } {
    const counts = this.names.map(() => 0);
    let missing = 0;
    for (const code of this.codes) {
      if (code === NONE) missing += 1;
      else counts[code] += 1;
    }
    const values = this.codes.slice();
    return { column: { id: LIVE, title, type: "category", values: this.names, counts, missing, wrong: 0 }, values };
  }

  /** uint8 (count,), 1 where a picture is still in; null when none was set aside here. */
  get inside(): Uint8Array | null {
    if (this.aside.size === 0) return null;
    const inside = new Uint8Array(this.codes.length).fill(1);
    for (const point of this.aside) inside[point] = 0;
    return inside;
  }
}

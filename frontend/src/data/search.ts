/** Finding pictures by what is written about them: categories at once, texts block by block. */

import type { Table } from "./table";

export interface FoundValue {
  readonly column: string;
  readonly title: string;
  readonly code: number;
  readonly text: string;
  readonly count: number;
}

export interface Found {
  readonly query: string;
  readonly values: readonly FoundValue[];
  /** Pictures whose file name or texts hold the query, ascending. */
  readonly pictures: readonly number[];
  /** Share of the texts that has been looked through, 0-1. */
  readonly share: number;
}

const MOST_VALUES = 12;

/** Gives what is found so far, again and again until all texts have been looked through. */
export async function* search(table: Table, query: string): AsyncGenerator<Found> {
  const wanted = query.trim().toLocaleLowerCase();
  if (!wanted) return;
  const values = valuesWith(table, wanted);
  const texts = table.manifest.columns.filter((column) => column.type === "text");
  const pictures = new Set<number>();
  const sorted = () => [...pictures].sort((a, b) => a - b);
  yield { query, values, pictures: [], share: 0 };
  const total = texts.length * table.manifest.count;
  let seen = 0;
  for (const column of texts) {
    for await (const [first, block] of table.texts(column.id)) {
      block.forEach((text, i) => {
        if (text.toLocaleLowerCase().includes(wanted)) pictures.add(first + i);
      });
      seen += block.length;
      if (seen < total) yield { query, values, pictures: sorted(), share: seen / total };
    }
  }
  yield { query, values, pictures: sorted(), share: 1 };
}

function valuesWith(table: Table, wanted: string): FoundValue[] {
  const found: FoundValue[] = [];
  for (const column of table.manifest.columns) {
    if (column.type !== "category") continue;
    column.values.forEach((text, code) => {
      if (!text.toLocaleLowerCase().includes(wanted)) return;
      found.push({ column: column.id, title: column.title, code, text, count: column.counts[code] });
    });
  }
  return found.sort((a, b) => b.count - a.count).slice(0, MOST_VALUES);
}

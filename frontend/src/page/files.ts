/** A selection as text: comma-separated values (RFC 4180) or one file name a line. */

import type { Table } from "../data/table";
import { valueOf } from "./words";

export async function paths(table: Table, indices: readonly number[]): Promise<string[]> {
  const found: string[] = [];
  for (const index of indices) found.push(await table.text("path", index));
  return found;
}

export async function commaSeparated(table: Table, indices: readonly number[]): Promise<string> {
  const { columns } = table.manifest;
  const rows = [columns.map((column) => quoted(/^m\d+$/.test(column.id) ? column.title : column.id)).join(",")];
  for (const index of indices) {
    const cells: string[] = [];
    for (const column of columns) cells.push(quoted(await plainValue(table, column.id, index)));
    rows.push(cells.join(","));
  }
  return `${rows.join("\r\n")}\r\n`;
}

/** Numbers in full, everything else as it is shown. */
async function plainValue(table: Table, id: string, index: number): Promise<string> {
  const column = table.column(id)!;
  if (column.type !== "number") return valueOf(table, column, index);
  const value = (await table.values(id))[index];
  return Number.isNaN(value) ? "" : String(Number(value.toPrecision(7)));
}

function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

export function download(name: string, type: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

/** Pages on plain http have no clipboard of their own; there a hidden text is copied. */
export async function copy(text: string): Promise<void> {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const area = document.createElement("textarea");
  area.value = text;
  document.body.append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
  return undefined;
}

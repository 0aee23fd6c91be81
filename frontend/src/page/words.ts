/** Numbers, dates and values as people read them. */

import type { Column } from "../data/source";
import { isMissing, type Table } from "../data/table";

const WHOLE = new Intl.NumberFormat("en");
const SHORT = new Intl.NumberFormat("en", { maximumSignificantDigits: 4 });

export const count = (n: number): string => WHOLE.format(n);

export function pictures(n: number): string {
  return n === 1 ? "1 picture" : `${count(n)} pictures`;
}

export function measure(value: number, column: Column): string {
  if (!Number.isFinite(value)) return "none";
  if (column.type === "date") return day(value);
  if (column.id === "confidence") return `${Math.round(value * 100)} %`;
  return SHORT.format(value);
}

function day(seconds: number): string {
  const date = new Date(seconds * 1000);
  return Number.isNaN(date.getTime()) ? "none" : date.toISOString().slice(0, 10);
}

/** What a column says of a picture, or "" where it says nothing. */
export async function valueOf(table: Table, column: Column, index: number): Promise<string> {
  if (column.type === "text" || column.type === "link") return table.text(column.id, index);
  const values = await table.values(column.id);
  const value = values[index];
  if (isMissing(value, values)) return "";
  if (column.type === "category") return column.values[value] ?? "";
  if (column.type === "date") return new Date(value * 1000).toISOString().replace("T", " ").slice(0, 16);
  return measure(value, column);
}

export function fileName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1) || path;
}

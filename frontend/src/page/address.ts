/** What is seen, in the address, so that it can be sent: everything after the `#`. */

import type { Filter } from "../data/filters";

export interface Seen {
  layout?: string;
  /** Centre in units of the layout, and how many of them the free width shows. */
  at?: readonly [x: number, y: number, width: number];
  colour?: string;
  filters: ReadonlyMap<string, Filter>;
  point?: number;
  list: boolean;
  page: number;
}

const FILTER = "f.";

export function written(seen: Seen): string {
  const parts = new URLSearchParams();
  if (seen.layout) parts.set("layout", seen.layout);
  if (seen.at) parts.set("at", seen.at.map((value) => Number(value.toPrecision(5))).join(","));
  if (seen.colour !== undefined) parts.set("colour", seen.colour);
  for (const [id, filter] of seen.filters) parts.set(FILTER + id, filterText(filter));
  if (seen.point !== undefined) parts.set("point", String(seen.point));
  if (seen.list) parts.set("list", String(seen.page + 1));
  return parts.toString().replaceAll("%2C", ",");
}

/** Reads an address; whatever it does not understand it leaves out. */
export function read(hash: string): Seen {
  const parts = new URLSearchParams(hash.replace(/^#/, ""));
  const filters = new Map<string, Filter>();
  for (const [name, text] of parts) {
    const filter = name.startsWith(FILTER) ? filterOf(text) : null;
    if (filter) filters.set(name.slice(FILTER.length), filter);
  }
  const seen: Seen = { filters, list: parts.has("list"), page: Math.max(0, whole(parts.get("list")) - 1) };
  const at = (parts.get("at") ?? "").split(",").map(Number);
  if (at.length === 3 && at.every(Number.isFinite) && at[2] > 0) seen.at = [at[0], at[1], at[2]];
  for (const name of ["layout", "colour"] as const) {
    const text = parts.get(name);
    if (text !== null) seen[name] = text;
  }
  if (parts.has("point")) seen.point = whole(parts.get("point"));
  return seen;
}

function whole(text: string | null): number {
  const number = Number(text);
  return Number.isInteger(number) && number >= 0 ? number : 0;
}

function filterText(filter: Filter): string {
  if (filter.kind === "range") return `${Number(filter.from.toPrecision(10))}..${Number(filter.to.toPrecision(10))}`;
  return [...filter.codes, ...(filter.missing ? ["none"] : [])].join(",");
}

function filterOf(text: string): Filter | null {
  const range = /^(-?[\d.e+-]+)\.\.(-?[\d.e+-]+)$/.exec(text);
  if (range) {
    const [from, to] = [Number(range[1]), Number(range[2])];
    return Number.isFinite(from) && Number.isFinite(to) ? { kind: "range", from, to } : null;
  }
  if (!/^(\d+|none)(,(\d+|none))*$/.test(text)) return null;
  const codes = text.split(",").filter((part) => part !== "none").map(Number);
  return { kind: "values", codes: new Set(codes), missing: text.includes("none") };
}

/** The answers as a table, in the columns of `sortal predict --csv`. */

import type { Picture } from "./pictures";

const TOP = 3;

export function csv(pictures: readonly Picture[]): string {
  const ranks = Array.from({ length: TOP }, (_, k) => [`kind_${k + 1}`, `probability_${k + 1}`]).flat();
  const rows = [["path", "answer", "unknown", "distance", ...ranks, "fault"], ...pictures.map((one) => row(one))];
  return rows.map((cells) => `${cells.map(cell).join(",")}\n`).join("");
}

function row({ name, verdict, refused }: Picture): string[] {
  if (!verdict) return [name, "", "", "", ...Array<string>(2 * TOP).fill(""), refused?.reason ?? ""];
  const kinds = Array.from({ length: TOP }, (_, k) => verdict.kinds[k]).flatMap((kind) =>
    kind ? [kind.name, kind.share.toFixed(4)] : ["", ""],
  );
  const answer = verdict.unknown ? "" : verdict.kinds[0]!.name;
  const distance = verdict.distance === null ? "" : verdict.distance.toFixed(4);
  return [name, answer, verdict.unknown ? "yes" : "no", distance, ...kinds, ""];
}

/** Quotes what needs it; what a spreadsheet would take for a formula becomes text. */
function cell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** The pictures of a kind or a shelf of the project. */

import { call } from "../client";
import type { Studio } from "../studio";
import { usePages } from "./lists";
import type { Pages } from "./pages";

export interface Place {
  shelf: "all" | "labelled" | "unlabelled" | "excluded" | "faulty";
  kind?: number;
}

export function useShelf(studio: Studio, place: Place): Pages {
  return usePages(studio, JSON.stringify(place), (start, count) => page(studio, place, start, count));
}

async function page(studio: Studio, place: Place, start: number, count: number) {
  const { pictures, total } = await call("GET /api/pictures", { query: { ...place, start, count } });
  const noted = place.shelf === "faulty" || place.kind === undefined;
  const shown = pictures.map((picture) => ({
    picture,
    ...(noted && { note: picture.fault ?? (picture.kind === null ? picture.path : studio.kindName(picture.kind)) }),
  }));
  return { shown, total };
}

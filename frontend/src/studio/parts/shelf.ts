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
  const shown = pictures.map((picture) => {
    const name = picture.path.slice(picture.path.lastIndexOf("/") + 1);
    if (picture.fault !== null) return { picture, note: name, more: picture.fault };
    return place.kind === undefined ? { picture, note: picture.kind === null ? name : studio.kindName(picture.kind) } : { picture };
  });
  return { shown, total };
}

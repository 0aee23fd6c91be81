/** The pictures of a kind or a shelf of the project, kept fresh while it changes. */

import { useEffect, useState } from "preact/hooks";
import { call } from "../client";
import type { Studio } from "../studio";
import { Pages } from "./pages";

export interface Place {
  shelf: "all" | "labelled" | "unlabelled" | "excluded" | "faulty";
  kind?: number;
}

export function useShelf(studio: Studio, { shelf, kind }: Place): Pages {
  const make = () => new Pages((start, count) => page(studio, { shelf, ...(kind !== undefined && { kind }) }, start, count), (error) => studio.fail(error));
  const [held, setHeld] = useState(() => ({ shelf, kind, pages: make() }));
  let { pages } = held;
  if (held.shelf !== shelf || held.kind !== kind) {
    pages = make();
    setHeld({ shelf, kind, pages });
  }
  const revision = studio.project?.revision;
  const [seen] = useState(() => ({ revision }));
  useEffect(() => {
    if (seen.revision !== revision) pages.refresh();
    seen.revision = revision;
  }, [revision, pages]);
  return pages;
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

/** Lists of pictures that screens hold, made once and kept fresh while the project changes. */

import { useEffect, useState } from "preact/hooks";
import { call } from "../client";
import type { Studio } from "../studio";
import { percent, t } from "../texts";
import { Pages, type Fetch, type Shown } from "./pages";

/** A list of which `key` says all that it depends on. */
export function usePages(studio: Studio, key: string, fetch: Fetch): Pages {
  const make = () => new Pages(fetch, (error) => studio.fail(error));
  const [held, setHeld] = useState(() => ({ key, pages: make() }));
  let { pages } = held;
  if (held.key !== key) {
    pages = make();
    setHeld({ key, pages });
  }
  const revision = studio.project?.revision;
  const [seen] = useState(() => ({ revision }));
  useEffect(() => {
    if (seen.revision !== revision) pages.refresh();
    seen.revision = revision;
  }, [revision, pages]);
  return pages;
}

export interface Cell {
  truth?: string;
  answer?: string;
  wrong?: 1;
}

/** Answers of a run, the surest first, each with what has been said of its picture since. */
export function answers(studio: Studio, run: number, cell: Cell): Fetch {
  return async (start, count) => {
    const page = await call("GET /api/runs/{id}/answers", { path: { id: run }, query: { ...cell, start, count } });
    const shown = page.answers.map(({ picture, truth, answer, confidence }) => ({
      picture,
      note: cell.answer ? t.judge.sure(percent(confidence)) : t.judge.called(answer, percent(confidence)),
      more: since(studio, picture.kind, truth) ?? t.judge.isA(truth),
    }));
    return { shown, total: page.total };
  };
}

/** Pictures that a judgement names by their ids, with a line on each. */
export function named(studio: Studio, ids: readonly number[], words: (picture: number) => { note?: string; given?: string }): Fetch {
  return async (start, count) => {
    const { pictures } = await call("POST /api/pictures", { body: { pictures: ids.slice(start, start + count) } });
    const shown: Shown[] = pictures.map((picture) => {
      const { note, given } = words(picture.id);
      const more = given === undefined ? studio.kindName(picture.kind) : (since(studio, picture.kind, given) ?? picture.group ?? "");
      return { picture, more, ...(note !== undefined && { note }) };
    });
    return { shown, total: ids.length };
  };
}

/** What a picture was relabelled to since it was judged; null where it was not. */
function since(studio: Studio, kind: number | null, was: string): string | null {
  const now = studio.kindName(kind);
  return now === was ? null : t.judge.became_(was, now);
}

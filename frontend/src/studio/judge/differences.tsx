/** What changed between two trainings, picture by picture. */

import { useEffect, useMemo, useState } from "preact/hooks";
import type { DifferenceMessage, DifferencesMessage, RunMessage } from "../api";
import { call } from "../client";
import { Fixed, type Shown } from "../parts/pages";
import { Strip } from "../parts/strip";
import type { Studio } from "../studio";
import { count, t } from "../texts";
import { Part } from "./part";

type Became = DifferenceMessage["became"];
const ORDER: readonly Became[] = ["right", "wrong", "other", "new", "gone"];

export function Differences({ studio, run, before: usual }: { studio: Studio; run: RunMessage; before: RunMessage }) {
  const [before, setBefore] = useState(usual.id);
  const [found, setFound] = useState<DifferencesMessage | null>(null);
  const [open, setOpen] = useState<Became | null>(null);
  const revision = studio.project!.revision;
  useEffect(() => {
    call("GET /api/runs/{id}/differences", { path: { id: run.id }, query: { before } }).then(setFound, (error: Error) => studio.fail(error));
  }, [run.id, before, revision]);
  const older = studio.finished.filter((one) => one.id !== run.id);
  const there = ORDER.filter((became) => found?.counts[became]);
  return (
    <Part title={t.judge.differences} how={t.judge.differencesHow(t.train.numbered(before))}>
      {older.length > 1 && (
        <label class="run-choice">
          <span class="quiet">{t.judge.since}</span>
          <select value={before} onChange={(event) => setBefore(Number(event.currentTarget.value))}>
            {older.map((one) => <option key={one.id} value={one.id}>{t.train.numbered(one.id)}</option>)}
          </select>
        </label>
      )}
      {found && !there.length && <p class="quiet">{t.judge.noDifferences}</p>}
      <div class="became" role="group" aria-label={t.judge.differences}>
        {there.map((became) => (
          <button key={became} type="button" class={became} aria-expanded={open === became} onClick={() => setOpen(open === became ? null : became)}>
            <strong>{count(found!.counts[became]!)}</strong> {t.judge.became[became]}
          </button>
        ))}
      </div>
      {open && found && <Changed key={open} studio={studio} run={run.id} became={open} found={found} />}
    </Part>
  );
}

function Changed({ studio, run, became, found }: { studio: Studio; run: number; became: Became; found: DifferencesMessage }) {
  const list = useMemo(() => new Fixed(shownOf(found, became)), [found, became]);
  return (
    <div class="opened">
      <Strip studio={studio} list={list} label={t.judge.became[became]} lines={2} tile={150} run={run} />
    </div>
  );
}

function shownOf(found: DifferencesMessage, became: Became): Shown[] {
  return found.differences
    .filter((one) => one.became === became)
    .map(({ picture, before, after, truth }) => ({ picture, note: t.judge.became_(before ?? "–", after ?? "–"), more: t.judge.isA(truth) }));
}

/** The surest mistakes, each beside where the model saw its wrong answer; below, all of them. */

import { useEffect, useState } from "preact/hooks";
import type { AnswerMessage } from "../api";
import { address, call } from "../client";
import { answers, usePages } from "../parts/lists";
import { KindSelect, Strip } from "../parts/strip";
import { Sign } from "../parts/sign";
import type { Studio } from "../studio";
import { percent, t } from "../texts";
import type { PartGiven } from "./judge";
import { Part } from "./part";

const SHOWN = 6;

export function Mistakes({ studio, judgement }: PartGiven) {
  const run = judgement.run.id;
  const [first, setFirst] = useState<readonly AnswerMessage[]>([]);
  const [total, setTotal] = useState<number | null>(null);
  const revision = studio.project!.revision;
  useEffect(() => {
    call("GET /api/runs/{id}/answers", { path: { id: run }, query: { wrong: 1, count: SHOWN } }).then(
      (page) => {
        setFirst(page.answers);
        setTotal(page.total);
      },
      (error: Error) => studio.fail(error),
    );
  }, [run, revision]);
  if (total === null) return null;
  if (total === 0) return <Part title={t.judge.mistakes}><p class="fine"><Sign of="check" /> {t.judge.noMistakes}</p></Part>;
  return (
    <Part title={t.judge.mistakes} {...(judgement.hasHeat && { how: t.judge.mistakesHow })}>
      <ul class="mistakes">
        {first.map((one) => <Mistake key={one.picture.id} studio={studio} run={run} one={one} hasHeat={judgement.hasHeat} />)}
      </ul>
      {total > SHOWN && <AllMistakes studio={studio} run={run} total={total} />}
    </Part>
  );
}

function Mistake({ studio, run, one, hasHeat }: { studio: Studio; run: number; one: AnswerMessage; hasHeat: boolean }) {
  const { picture, truth, answer, confidence } = one;
  const path = { id: run, picture: picture.id };
  const now = studio.kindName(picture.kind);
  return (
    <li class={picture.excluded ? "mistake aside" : "mistake"}>
      <div class={hasHeat ? "mistake-pictures" : "mistake-pictures single"}>
        <img src={address("GET /api/pictures/{id}/preview", { path: { id: picture.id } })} alt={t.judge.isA(truth)} loading="lazy" />
        {hasHeat && <img src={address("GET /api/runs/{id}/heat/{picture}", { path, query: { answer } })} alt={t.judge.heatOf(answer)} loading="lazy" />}
      </div>
      <p>
        <strong>{answer}</strong>? <span class="quiet">{t.judge.sure(percent(confidence))}</span>
        <br />
        <span class="quiet">{t.judge.isA(truth)}{now !== truth && ` · ${t.judge.became_(truth, now)}`}{picture.excluded && ` · ${t.shelves.excluded}`}</span>
      </p>
      <div class="actions">
        <KindSelect studio={studio} label={t.grid.moveTo} pick={(kind) => void studio.label([picture.id], kind)} />
        <button type="button" onClick={() => void studio.exclude([picture.id], !picture.excluded)}>
          {picture.excluded ? t.grid.include : t.grid.exclude}
        </button>
      </div>
    </li>
  );
}

function AllMistakes({ studio, run, total }: { studio: Studio; run: number; total: number }) {
  const [open, setOpen] = useState(false);
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{t.judge.allMistakes(total)}</summary>
      {open && <Wrong studio={studio} run={run} total={total} />}
    </details>
  );
}

function Wrong({ studio, run, total }: { studio: Studio; run: number; total: number }) {
  const list = usePages(studio, `${run}/wrong`, answers(studio, run, { wrong: 1 }));
  return <Strip studio={studio} list={list} label={t.judge.allMistakes(total)} lines={2} tile={132} run={run} />;
}

/** Judge and mend: how good a training is, where it errs, and every list open to be put right. */

import { useEffect, useState } from "preact/hooks";
import type { JudgementMessage, RunMessage } from "../api";
import { call } from "../client";
import { Sign } from "../parts/sign";
import { Title } from "../parts/title";
import type { ScreenGiven } from "../screens";
import type { Studio } from "../studio";
import { moment, t } from "../texts";
import { Calibration } from "./calibration";
import { Confusion } from "./confusion";
import { Differences } from "./differences";
import { Headline } from "./headline";
import { Kin } from "./kin";
import { Kinds } from "./kinds";
import { Mistakes } from "./mistakes";
import { Suspects } from "./suspects";

export interface PartGiven {
  studio: Studio;
  judgement: JudgementMessage;
}

export function Judge({ studio }: ScreenGiven) {
  const { finished } = studio;
  const wanted = Number(studio.place.split("/")[0]);
  const run = finished.find((one) => one.id === wanted) ?? finished[0];
  if (!run) return <Nothing words={t.judge.none} how={t.judge.noneHow} />;
  return <OneRun key={run.id} studio={studio} run={run} />;
}

export function Nothing({ words, how }: { words: string; how: string }) {
  return (
    <>
      <Title words={words} below={how} />
      <p>
        <a class="button primary" href="#train"><Sign of="train" /> {t.screens.train}</a>
      </p>
    </>
  );
}

function OneRun({ studio, run }: { studio: Studio; run: RunMessage }) {
  const [judgement, setJudgement] = useState<JudgementMessage | null>(null);
  useEffect(() => {
    call("GET /api/runs/{id}", { path: { id: run.id } }).then(setJudgement, (error: Error) => studio.fail(error));
  }, [run.id]);
  const before = studio.finished.find((one) => one.id < run.id);
  return (
    <>
      <Title words={t.screens.judge}>
        <RunChoice studio={studio} run={run} />
      </Title>
      <Loop studio={studio} run={run} />
      {!judgement && <p class="quiet">{t.words.loading}</p>}
      {judgement && (
        <>
          <Headline studio={studio} judgement={judgement} />
          {before && <Differences studio={studio} run={run} before={before} />}
          <Confusion studio={studio} judgement={judgement} />
          <Mistakes studio={studio} judgement={judgement} />
          <Suspects studio={studio} judgement={judgement} />
          <div class="pair">
            <Kinds studio={studio} judgement={judgement} />
            <Calibration studio={studio} judgement={judgement} />
          </div>
          <Kin studio={studio} judgement={judgement} />
        </>
      )}
    </>
  );
}

function RunChoice({ studio, run }: { studio: Studio; run: RunMessage }) {
  return (
    <label class="run-choice">
      <span class="quiet">{t.judge.which}</span>
      <select value={run.id} onChange={(event) => studio.go("judge", event.currentTarget.value)}>
        {studio.finished.map((one) => (
          <option key={one.id} value={one.id}>
            {t.train.numbered(one.id)} · {moment(one.at)}
          </option>
        ))}
      </select>
    </label>
  );
}

/** Once something was mended, the way round: train again and see what became of it. */
function Loop({ studio, run }: { studio: Studio; run: RunMessage }) {
  const changes = studio.changesSince(run.at);
  if (!changes || run.id !== studio.finished[0]?.id) return null;
  return (
    <div class="loop">
      <p>{t.judge.changes(changes)}</p>
      <a class="button primary" href="#train"><Sign of="train" /> {t.judge.again}</a>
    </div>
  );
}

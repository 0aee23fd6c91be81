/** Try: what it says of the camera's picture, live, and of pictures that are dropped. */

import { useEffect, useRef, useState } from "preact/hooks";
import type { PredictionMessage, RunMessage } from "../api";
import { Nothing } from "../judge/judge";
import { Camera } from "../parts/camera";
import { Sign } from "../parts/sign";
import { Title } from "../parts/title";
import { Viewfinder } from "../parts/viewfinder";
import type { ScreenGiven } from "../screens";
import type { Studio } from "../studio";
import { decimal, moment, t } from "../texts";
import { Answer, isUnknown } from "./answer";
import { Dropped } from "./dropped";
import { LiveAnswers } from "./live";
import { ThresholdSlider, useThreshold, type Threshold } from "./threshold";

export function Try({ studio }: ScreenGiven) {
  const wanted = Number(studio.place);
  const run = studio.finished.find((one) => one.id === wanted) ?? studio.finished[0];
  if (!run) return <Nothing words={t.screens.try} how={t.try.none} />;
  return <TryRun key={run.id} studio={studio} run={run} />;
}

function TryRun({ studio, run }: { studio: Studio; run: RunMessage }) {
  const threshold = useThreshold(studio, run.id);
  return (
    <>
      <Title words={t.screens.try} below={t.try.lead}>
        {studio.finished.length > 1 && (
          <label class="run-choice">
            <span class="quiet">{t.try.model}</span>
            <select value={run.id} onChange={(event) => studio.go("try", event.currentTarget.value)}>
              {studio.finished.map((one) => <option key={one.id} value={one.id}>{t.train.numbered(one.id)} · {moment(one.at)}</option>)}
            </select>
          </label>
        )}
      </Title>
      <LivePart studio={studio} run={run.id} threshold={threshold} />
      <Dropped studio={studio} run={run.id} threshold={threshold.value} />
    </>
  );
}

function LivePart({ studio, run, threshold }: { studio: Studio; run: number; threshold: Threshold }) {
  const [on, setOn] = useState(false);
  const [answer, setAnswer] = useState<PredictionMessage | null>(null);
  const [rate, setRate] = useState(0);
  const [heat, setHeat] = useState(false);
  const [mirror, setMirror] = useState(false);
  const [camera] = useState(() => new Camera());
  const live = useRef<LiveAnswers | null>(null);
  useEffect(() => () => live.current?.stop(), []);
  const begin = () => {
    live.current?.stop();
    live.current = new LiveAnswers(camera, run, (said, rate) => { setAnswer(said); setRate(rate); }, (error) => studio.fail(error));
    live.current.heat = heat;
    live.current.start();
  };
  const end = () => {
    live.current?.stop();
    setOn(false);
    setAnswer(null);
  };
  return (
    <section class="live" aria-label={t.camera.live}>
      <div class={mirror ? "live-picture mirrored" : "live-picture"}>
        {on ? (
          <Viewfinder camera={camera} started={begin}>
            {heat && answer?.heat && <img class="live-heat" src={answer.heat} alt="" />}
          </Viewfinder>
        ) : (
          <div class="live-off">
            <Sign of="camera" size={44} />
            <button type="button" class="primary" onClick={() => setOn(true)}>{t.try.start}</button>
          </div>
        )}
        {on && (
          <div class="actions">
            <button type="button" onClick={end}>{t.try.stop}</button>
            <Toggle words={t.try.heat} on={heat} set={(wanted) => { setHeat(wanted); if (live.current) live.current.heat = wanted; }} />
            <Toggle words={t.try.mirror} on={mirror} set={setMirror} />
          </div>
        )}
      </div>
      <div class="live-answer">
        {answer ? <Answer answer={answer} threshold={threshold.value} /> : <p class="answer-word waiting">{on ? t.try.wait : t.try.answer}</p>}
        {answer && <p class="quiet rate">{t.try.rate(decimal(rate, 0))}</p>}
        <Voice answer={answer} threshold={threshold.value} />
        <ThresholdSlider threshold={threshold} />
      </div>
    </section>
  );
}

function Toggle({ words, on, set }: { words: string; on: boolean; set: (on: boolean) => void }) {
  return (
    <button type="button" aria-pressed={on} onClick={() => set(!on)}>
      {words}
    </button>
  );
}

const STEADY = 5; // answers alike before they are spoken

/** Speaks an answer once it is steady. */
function Voice({ answer, threshold }: { answer: PredictionMessage | null; threshold: number | null }) {
  const word = answer ? (isUnknown(answer, threshold) ? t.try.unknown : answer.kinds[0]?.kind) : undefined;
  const [spoken, setSpoken] = useState<string>();
  const seen = useRef({ word, times: 0 });
  useEffect(() => {
    const last = seen.current;
    seen.current = { word, times: last.word === word ? last.times + 1 : 1 };
    if (seen.current.times === STEADY) setSpoken(word);
  }, [answer]);
  return <p class="spoken" role="status">{spoken}</p>;
}

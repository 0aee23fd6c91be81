/** From where on it says "I don't know": a slider over how much of what it learned it would accept. */

import { useEffect, useRef, useState } from "preact/hooks";
import type { ThresholdMessage } from "../api";
import { call } from "../client";
import type { Studio } from "../studio";
import { percent, t } from "../texts";

const LAST = 100; // index of the last quantile
const BEYOND = 20; // steps beyond all that was learned, a tenth of it each
const LATER = 400; // milliseconds until a slider that rests is saved

export interface Threshold {
  told: ThresholdMessage | null;
  value: number | null;
  set: (value: number | null) => void;
}

export function useThreshold(studio: Studio, run: number): Threshold {
  const [told, setTold] = useState<ThresholdMessage | null>(null);
  const [value, setValue] = useState<number | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const path = { id: run };
  const take = (message: ThresholdMessage) => {
    setTold(message);
    setValue(message.threshold);
  };
  const fail = (error: Error) => studio.fail(error);
  useEffect(() => {
    call("GET /api/runs/{id}/threshold", { path }).then(take, fail);
    return () => clearTimeout(timer.current);
  }, [run]);
  const set = (threshold: number | null) => {
    if (threshold !== null) setValue(threshold);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => call("PUT /api/runs/{id}/threshold", { path, body: { threshold } }).then(take, fail), LATER);
  };
  return { told, value, set };
}

export function ThresholdSlider({ threshold }: { threshold: Threshold }) {
  const { told, value, set } = threshold;
  if (!told?.quantiles || value === null) return <p class="quiet">{told ? t.try.thresholdNone : ""}</p>;
  const { quantiles } = told;
  const step = stepOf(quantiles, value);
  return (
    <div class="threshold">
      <label for="threshold">{t.try.threshold}</label>
      <input
        id="threshold"
        type="range"
        min={1}
        max={LAST + BEYOND}
        value={step}
        aria-valuetext={wordsOf(step)}
        aria-describedby="threshold-why"
        onInput={(event) => set(valueOf(quantiles, Number(event.currentTarget.value)))}
      />
      <div class="threshold-ends quiet"><span>{t.try.strict}</span><span>{wordsOf(step)}</span><span>{t.try.lenient}</span></div>
      <p id="threshold-why" class="quiet">{t.try.thresholdWhy}</p>
      {told.isOwn && <button type="button" onClick={() => set(null)}>{t.try.thresholdUsual}</button>}
    </div>
  );
}

const wordsOf = (step: number): string => (step > LAST ? t.try.acceptsMore : t.try.accepts(percent(step / LAST)));

function valueOf(quantiles: readonly number[], step: number): number {
  const most = quantiles[LAST]!;
  return step <= LAST ? Math.max(quantiles[step]!, Number.EPSILON) : most * (1 + (step - LAST) / 10);
}

function stepOf(quantiles: readonly number[], value: number): number {
  const found = quantiles.findIndex((one) => one >= value);
  if (found >= 0) return Math.max(1, found);
  return Math.min(LAST + BEYOND, LAST + Math.round((value / quantiles[LAST]! - 1) * 10));
}

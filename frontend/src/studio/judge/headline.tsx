/** How often it is right, with the interval drawn to scale, and what to read before believing it. */

import type { ScoreMessage } from "../api";
import { Sign } from "../parts/sign";
import { percent, t } from "../texts";
import type { PartGiven } from "./judge";

interface Stored {
  value: number;
  interval: { low: number; high: number };
  n: number;
  n_groups: number;
}

export function Headline({ judgement }: PartGiven) {
  const { accuracy, interval, baseline, warnings, notes, evaluation } = judgement;
  const [low = 0, high = 1] = interval;
  const score = evaluation["accuracy"] as Stored;
  return (
    <section class="judge-head" aria-label={t.judge.right(percent(accuracy))}>
      <div class="judge-words">
        <p class="big">
          {t.judge.right(percent(accuracy))} <small>{t.judge.onUnseen}</small>
        </p>
        <Scale value={accuracy} low={low} high={high} baseline={baseline} />
        <p class="quiet">
          {t.judge.interval(percent(low), percent(high))} · {t.judge.basis(score.n, score.n_groups)} · {t.judge.baseline(percent(baseline))}
        </p>
      </div>
      <div class="judge-warnings">
        {warnings.length > 0 && <h2>{t.judge.warnings}</h2>}
        {warnings.length > 0 ? <Sentences all={warnings} warn /> : <p class="fine"><Sign of="check" /> {t.judge.noWarnings}</p>}
        <More judgement={judgement} />
        {notes.length > 0 && (
          <details>
            <summary>{t.judge.notes}</summary>
            <Sentences all={notes} />
          </details>
        )}
      </div>
    </section>
  );
}

function Sentences({ all, warn = false }: { all: readonly string[]; warn?: boolean }) {
  return (
    <ul class="sentences">
      {all.map((one) => {
        const { text, lang } = t.told(one);
        return (
          <li key={one}>
            {warn && <Sign of="warn" />} <span lang={lang}>{text}</span>
          </li>
        );
      })}
    </ul>
  );
}

/** 0 to 100 % as a line, the interval as a band upon it; the text beside it says the same. */
function Scale({ value, low, high, baseline }: { value: number; low: number; high: number; baseline: number }) {
  const at = (share: number) => `${(100 * share).toFixed(2)}%`;
  return (
    <div class="scale" aria-hidden="true">
      <span class="scale-base" style={{ left: at(baseline) }} />
      <span class="scale-band" style={{ left: at(low), width: at(high - low) }} />
      <span class="scale-dot" style={{ left: at(value) }} />
      <span class="scale-end" style={{ left: "0%" }}>0 %</span>
      <span class="scale-end last" style={{ left: "100%" }}>100 %</span>
    </div>
  );
}

function More({ judgement: { evaluation, claimed } }: Pick<PartGiven, "judgement">) {
  const scores = [
    [t.judge.balanced, evaluation["balanced_accuracy"] as Stored],
    [t.judge.macro, evaluation["macro_f1"] as Stored],
  ] as const;
  return (
    <dl class="facts">
      {scores.map(([name, score]) => (
        <>
          <dt>{name}</dt>
          <dd>{t.judge.score(percent(score.value), percent(score.interval.low), percent(score.interval.high))}</dd>
        </>
      ))}
      {claimed !== null && (
        <>
          <dt>{t.judge.claimed}</dt>
          <dd>{percent(claimed)}</dd>
        </>
      )}
    </dl>
  );
}

export const withInterval = (score: ScoreMessage): string => t.judge.score(percent(score.value), percent(score.low), percent(score.high));

/** One answer: the kind in large letters, and every probability as a bar beside its number. */

import type { PredictionMessage } from "../api";
import { percent, t } from "../texts";

const SHOWN = 8;

/** Whether it is too far from all that was learned, by the threshold that holds now. */
export const isUnknown = (answer: PredictionMessage, threshold: number | null): boolean =>
  threshold === null || answer.distance === null ? answer.unknown : answer.distance > threshold;

interface Given {
  answer: PredictionMessage;
  threshold: number | null;
  few?: boolean;
}

export function Answer({ answer, threshold, few = false }: Given) {
  const unknown = isUnknown(answer, threshold);
  const [first] = answer.kinds;
  return (
    <div class={unknown ? "answer unknown" : "answer"}>
      <p class="answer-word">{unknown ? t.try.unknown : first?.kind}</p>
      {unknown && <p class="quiet">{t.try.unknownWhy}</p>}
      {few && !unknown && answer.likely.length > 1 && <p class="quiet">{t.try.likely(answer.likely.join(", "))}</p>}
      <ul class="bars">
        {answer.kinds.slice(0, few ? 3 : SHOWN).map(({ kind, probability }) => (
          <li key={kind}>
            <span class="bars-name">{kind}</span>
            <span class="bars-line"><span style={{ transform: `scaleX(${probability})` }} /></span>
            <span class="bars-number">{percent(probability)}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}

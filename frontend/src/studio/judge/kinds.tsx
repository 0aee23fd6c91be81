/** Kind by kind: how much of it is found, and how much of what is called so is it. */

import type { ScoreMessage } from "../api";
import { count, percent, t } from "../texts";
import { withInterval } from "./headline";
import type { PartGiven } from "./judge";
import { Part } from "./part";

export function Kinds({ judgement }: PartGiven) {
  return (
    <Part title={t.judge.kinds} how={t.judge.kindsHow}>
      <div class="matrix-scroll" tabIndex={0} role="group" aria-label={t.judge.kinds}>
        <table class="kinds">
          <thead>
            <tr>
              <th scope="col">{t.judge.kind}</th>
              <th scope="col" class="number">{t.judge.tested}</th>
              <th scope="col">{t.judge.found}</th>
              <th scope="col">{t.judge.rightWhen}</th>
            </tr>
          </thead>
          <tbody>
            {judgement.perKind.map((one) => (
              <tr key={one.kind}>
                <th scope="row">{one.kind}</th>
                <td class="number">{count(one.n)}</td>
                <td><Score score={one.recall} /></td>
                <td><Score score={one.precision} /></td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Part>
  );
}

function Score({ score }: { score: ScoreMessage | null }) {
  if (!score) return <span class="quiet">–</span>;
  const { value, low, high } = score;
  return (
    <span class="score" title={withInterval(score)}>
      <span class="score-value">{percent(value)}</span>
      <span class="score-line" aria-hidden="true">
        <span class="score-band" style={{ left: percentOf(low), width: percentOf(high - low) }} />
        <span class="score-dot" style={{ left: percentOf(value) }} />
      </span>
      <span class="quiet score-range">{percent(low)} – {percent(high)}</span>
    </span>
  );
}

const percentOf = (share: number): string => `${(100 * share).toFixed(1)}%`;

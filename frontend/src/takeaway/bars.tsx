/** An answer: its word, and a bar for each of the likeliest kinds. */

import type { Card } from "./card";
import type { Verdict } from "./judging";
import { percent, t } from "./texts";

const SHOWN = 6;

interface Given {
  readonly card: Card;
  readonly verdict: Verdict;
  /** Whether the answer should be read out when it changes. */
  readonly live?: boolean;
}

export function Answer({ card, verdict, live = false }: Given) {
  const { kinds, unknown, likely } = verdict;
  const first = kinds[0]!;
  return (
    <div class="answer">
      <p class="said" aria-live={live ? "polite" : undefined}>
        {unknown ? t.answer.unknown : first.name}
        <small>{unknown ? t.answer.nearest(first.name) : percent(first.share)}</small>
      </p>
      {unknown && <p class="quiet">{t.answer.unlike}</p>}
      <Bars verdict={verdict} />
      {!unknown && likely.length > 1 && (
        <p class="quiet">
          {t.answer.among(percent(card.calibration.coverage))} {likely.join(", ")}
        </p>
      )}
    </div>
  );
}

function Bars({ verdict }: { verdict: Verdict }) {
  const shown = verdict.kinds.slice(0, SHOWN);
  const rest = verdict.kinds.slice(SHOWN);
  const together = rest.reduce((all, one) => all + one.share, 0);
  return (
    <>
      <ul class={verdict.unknown ? "bars pale" : "bars"} aria-label={t.answer.bars}>
        {shown.map(({ name, share }) => (
          <li key={name}>
            <span class="kind">{name}</span>
            <span class="share">{percent(share)}</span>
            <span class="bar" aria-hidden="true">
              <span style={{ width: `${100 * share}%` }} />
            </span>
          </li>
        ))}
      </ul>
      {rest.length > 0 && <p class="quiet">{t.answer.others(rest.length, percent(together))}</p>}
    </>
  );
}

/** Loss and accuracy, epoch by epoch, as they come. */

import { count, decimal, percent, t } from "../texts";
import type { Epoch } from "../work";

const WIDTH = 320;
const HEIGHT = 150;
const EDGE = { left: 40, right: 10, top: 10, bottom: 22 };

interface Line {
  name: string;
  values: readonly (number | null)[];
  kind: "learning" | "unseen";
}

export function Curves({ epochs }: { epochs: readonly Epoch[] }) {
  const last = epochs.at(-1)!;
  return (
    <div class="curves">
      <Plot
        title={t.train.loss}
        words={(value) => decimal(value)}
        top={Math.max(...epochs.flatMap((one) => [one.loss, one.val_loss ?? 0]))}
        lines={[
          { name: t.train.learning, kind: "learning", values: epochs.map((one) => one.loss) },
          { name: t.train.unseen, kind: "unseen", values: epochs.map((one) => one.val_loss) },
        ]}
      />
      <Plot
        title={t.train.accuracy}
        words={(value) => percent(value)}
        top={1}
        lines={[
          { name: t.train.learning, kind: "learning", values: epochs.map((one) => one.accuracy) },
          { name: t.train.unseen, kind: "unseen", values: epochs.map((one) => one.val_accuracy) },
        ]}
      />
      <p class="quiet">{t.train.epoch(count(last.epoch))}</p>
    </div>
  );
}

function Plot({ title, lines, top, words }: { title: string; lines: readonly Line[]; top: number; words: (value: number) => string }) {
  const n = Math.max(2, ...lines.map((line) => line.values.length));
  const x = (i: number) => EDGE.left + (i / (n - 1)) * (WIDTH - EDGE.left - EDGE.right);
  const y = (value: number) => HEIGHT - EDGE.bottom - (value / (top || 1)) * (HEIGHT - EDGE.top - EDGE.bottom);
  const said = lines.map((line) => `${line.name} ${lastOf(line) === null ? "–" : words(lastOf(line)!)}`).join(", ");
  return (
    <figure class="plot">
      <figcaption>
        {title}
        {lines.map((line) => (
          <span key={line.kind} class={`key ${line.kind}`}>
            {line.name} {lastOf(line) !== null && words(lastOf(line)!)}
          </span>
        ))}
      </figcaption>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={`${title}: ${said}`}>
        {[0, 0.5, 1].map((share) => (
          <g key={share}>
            <line class="rule" x1={EDGE.left} x2={WIDTH - EDGE.right} y1={y(share * top)} y2={y(share * top)} />
            <text x={EDGE.left - 6} y={y(share * top) + 4} text-anchor="end">{words(share * top)}</text>
          </g>
        ))}
        {lines.map((line) => (
          <path key={line.kind} class={`curve ${line.kind}`} d={drawn(line.values, x, y)} />
        ))}
      </svg>
    </figure>
  );
}

const lastOf = (line: Line): number | null => line.values.at(-1) ?? null;

function drawn(values: readonly (number | null)[], x: (i: number) => number, y: (value: number) => number): string {
  let path = "";
  values.forEach((value, i) => {
    if (value !== null) path += `${path ? "L" : "M"}${x(i).toFixed(1)} ${y(value).toFixed(1)}`;
  });
  return path;
}

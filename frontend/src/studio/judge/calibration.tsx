/** Whether its percentages can be believed: how sure it was against how often it was right. */

import type { ReliabilityMessage } from "../api";
import { percent, t } from "../texts";
import type { PartGiven } from "./judge";
import { Part } from "./part";

const SIDE = 300;
const EDGE = { left: 58, right: 20, top: 12, bottom: 44 };

export function Calibration({ judgement }: PartGiven) {
  const { error, bins } = judgement.calibration;
  const x = (share: number) => EDGE.left + share * (SIDE - EDGE.left - EDGE.right);
  const y = (share: number) => SIDE - EDGE.bottom - share * (SIDE - EDGE.top - EDGE.bottom);
  const most = Math.max(1, ...bins.map((bin) => bin.n));
  return (
    <Part title={t.judge.calibration} how={t.judge.calibrationHow(percent(error, 1))}>
      <figure class="reliability">
        <svg viewBox={`0 0 ${SIDE} ${SIDE}`} role="img" aria-label={bins.map(words).join("; ")}>
          {[0, 0.25, 0.5, 0.75, 1].map((share) => (
            <g key={share}>
              <line class="rule" x1={x(0)} x2={x(1)} y1={y(share)} y2={y(share)} />
              <text x={x(0) - 6} y={y(share) + 4} text-anchor="end">{percent(share)}</text>
              <text x={x(share)} y={y(0) + 16} text-anchor="middle">{percent(share)}</text>
            </g>
          ))}
          <line class="ideal" x1={x(0)} y1={y(0)} x2={x(1)} y2={y(1)} />
          {bins.map((bin) => (
            <g key={bin.confidence}>
              <line class="miss" x1={x(bin.confidence)} x2={x(bin.confidence)} y1={y(bin.confidence)} y2={y(bin.accuracy)} />
              <circle class="bin" cx={x(bin.confidence)} cy={y(bin.accuracy)} r={3 + 4 * Math.sqrt(bin.n / most)}>
                <title>{words(bin)}</title>
              </circle>
            </g>
          ))}
          <text x={x(0.5)} y={SIDE - 8} text-anchor="middle">{t.judge.sureness}</text>
          <text transform={`translate(11 ${y(0.5)}) rotate(-90)`} text-anchor="middle">{t.judge.rightness}</text>
        </svg>
      </figure>
    </Part>
  );
}

const words = (bin: ReliabilityMessage): string => t.judge.bin(percent(bin.confidence), percent(bin.accuracy), bin.n);

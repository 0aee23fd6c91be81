/** The confusion matrix, whose cells open onto their pictures. */

import { useEffect, useRef, useState } from "preact/hooks";
import { answers, usePages } from "../parts/lists";
import { Sign } from "../parts/sign";
import { Strip } from "../parts/strip";
import type { Studio } from "../studio";
import { count, t } from "../texts";
import type { PartGiven } from "./judge";
import { Part } from "./part";

interface Open {
  truth: string;
  answer: string;
}

export function Confusion({ studio, judgement }: PartGiven) {
  const [open, setOpen] = useState<Open | null>(null);
  const { classes, confusion, run } = judgement;
  const how = isRepeated(judgement) ? `${t.judge.confusionHow} ${t.judge.confusionOnce}` : t.judge.confusionHow;
  return (
    <Part title={t.judge.confusion} how={how} class="confusion">
      <div class="confusion-body">
      <div class="matrix-scroll" tabIndex={0} role="group" aria-label={t.judge.confusion}>
        <table class="matrix">
          <thead>
            <tr>
              <td class="corner"><span>{t.judge.truth} ↓</span> <span>{t.judge.answer} →</span></td>
              {classes.map((name) => <th key={name} scope="col"><span>{name}</span></th>)}
            </tr>
          </thead>
          <tbody>
            {classes.map((truth, i) => (
              <tr key={truth}>
                <th scope="row">{truth}</th>
                {classes.map((answer, j) => (
                  <Cell key={answer} truth={truth} answer={answer} counts={confusion[i]!} at={j} right={i === j} open={open} set={setOpen} />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {open && <OpenCell key={`${open.truth}/${open.answer}`} studio={studio} run={run.id} open={open} close={() => setOpen(null)} />}
      </div>
    </Part>
  );
}

interface CellGiven extends Open {
  counts: readonly number[];
  at: number;
  right: boolean;
  open: Open | null;
  set: (open: Open | null) => void;
}

function Cell({ truth, answer, counts, at, right, open, set }: CellGiven) {
  const n = counts[at]!;
  if (!n) return <td class="none">·</td>;
  const total = counts.reduce((sum, one) => sum + one, 0);
  const isOpen = open?.truth === truth && open.answer === answer;
  const strength = 14 + 60 * (n / total);
  return (
    <td class={right ? "right" : "wrong"}>
      <button
        type="button"
        aria-expanded={isOpen}
        aria-label={t.judge.cell(truth, answer, n)}
        title={t.judge.cell(truth, answer, n)}
        style={{ "--strength": `${strength.toFixed(0)}%` }}
        onClick={() => set(isOpen ? null : { truth, answer })}
      >
        {count(n)}
      </button>
    </td>
  );
}

function OpenCell({ studio, run, open, close }: { studio: Studio; run: number; open: Open; close: () => void }) {
  const { truth, answer } = open;
  const list = usePages(studio, `${run}/${truth}/${answer}`, answers(studio, run, { truth, answer }));
  const title = truth === answer ? t.judge.cellRight(truth) : t.judge.cellWrong(truth, answer);
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => box.current?.scrollIntoView({ block: "nearest" }), []);
  return (
    <div class="opened" ref={box}>
      <div class="opened-head">
        <h3>{title}</h3>
        <button type="button" class="icon" aria-label={t.words.close} onClick={close}><Sign of="close" /></button>
      </div>
      <Strip studio={studio} list={list} label={title} lines={2} tile={132} run={run} />
    </div>
  );
}

/** Whether each picture was answered several times, so that the scores are means of more than is seen here. */
function isRepeated({ evaluation, confusion }: PartGiven["judgement"]): boolean {
  const means = evaluation["confusion"] as readonly (readonly number[])[];
  return means.some((row, i) => row.some((mean, j) => mean !== confusion[i]?.[j]));
}

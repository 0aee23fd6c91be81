/** What is at work, wherever one is: how far, how fast, how long still, and a way to stop it. */

import { useEffect, useRef } from "preact/hooks";
import type { JobMessage } from "./api";
import type { Studio } from "./studio";
import { count, decimal, duration, t } from "./texts";

export function WorkStrip({ studio }: { studio: Studio }) {
  const jobs = studio.work.running.filter((job) => job.name !== "train" || studio.screen !== "train");
  const { uploads } = studio;
  if (!uploads.busy && !jobs.length) return null;
  return (
    <section class="work" aria-label={t.work.title}>
      {uploads.busy && <UploadLine studio={studio} />}
      {jobs.map((job) => <JobLine key={job.id} studio={studio} job={job} />)}
    </section>
  );
}

function UploadLine({ studio }: { studio: Studio }) {
  const { uploads } = studio;
  const seconds = (Date.now() - uploads.began) / 1000;
  const rate = uploads.done / seconds;
  const left = seconds > 2 && uploads.done ? (uploads.found - uploads.done) / rate : null;
  const words = [
    t.work.of(count(uploads.done), count(uploads.found)),
    left === null ? "" : t.work.left(duration(left)),
    uploads.faults.length ? t.gather.refused(uploads.faults.length) : "",
  ];
  return (
    <Line
      title={t.work.sending}
      words={words.filter(Boolean).join(" · ")}
      share={uploads.found ? uploads.done / uploads.found : null}
      stop={() => uploads.cancel()}
    />
  );
}

function JobLine({ studio, job }: { studio: Studio; job: JobMessage }) {
  const { share, words } = progressOf(studio, job);
  return <Line title={t.work.name(job.name)} words={words} share={share} stop={() => void studio.cancel(job.id)} />;
}

/** How far a job is, 0-1 or null, and in words. */
export function progressOf(studio: Studio, job: JobMessage): { share: number | null; words: string } {
  if (job.state === "waiting") return { share: null, words: t.work.waiting };
  const { step, told } = job;
  const course = courseOf(job);
  if (course) return course;
  if (!step || (step.total === null && step.done === 0)) {
    const done = Number(told?.["looked"] ?? told?.["added"] ?? Number.NaN);
    const of = Number(told?.["of"]);
    if (!Number.isFinite(done)) return { share: null, words: step ? t.work.stage(step.stage) : t.work.begins };
    return { share: of ? done / of : null, words: t.work.of(count(done), count(of)) };
  }
  const pace = studio.work.pace(job);
  const parts = [t.work.stage(step.stage)];
  if (step.total !== null && step.total > 1) parts.push(t.work.of(count(step.done), count(step.total)));
  if (pace && step.unit === "pictures") parts.push(t.work.rate(count(Math.round(pace.rate))));
  if (pace && pace.left > 2) parts.push(t.work.left(duration(pace.left)));
  return { share: step.total ? step.done / step.total : null, words: parts.join(" · ") };
}

interface Course {
  begun?: { epochs: number; steps: number };
  batch?: { epoch: number; step: number; loss: number };
}

/** How far a training by backpropagation is; null for everything else, and before and after its epochs. */
function courseOf({ told }: JobMessage): { share: number; words: string } | null {
  const { begun, batch } = (told ?? {}) as Course;
  if (!begun || !batch || told?.["stopped"]) return null;
  const share = ((batch.epoch - 1) * begun.steps + batch.step) / (begun.epochs * begun.steps);
  return { share, words: `${t.train.epochOf(count(batch.epoch), count(begun.epochs))} · ${t.train.loss} ${decimal(batch.loss)}` };
}

interface LineGiven {
  title: string;
  words: string;
  share: number | null;
  stop: () => void;
}

function Line({ title, words, share, stop }: LineGiven) {
  return (
    <div class="work-line">
      <p>
        <strong>{title}</strong> <span class="quiet">{words}</span>
      </p>
      <Bar label={title} share={share} />
      <button type="button" class="plain" aria-label={`${t.work.stop}: ${title}`} onClick={stop}>
        {t.work.stop}
      </button>
      <Spoken title={title} share={share} />
    </div>
  );
}

export function Bar({ label, share }: { label: string; share: number | null }) {
  const now = share === null ? {} : { "aria-valuenow": Math.round(100 * share) };
  return (
    <div class={share === null ? "bar unknown" : "bar"} role="progressbar" aria-label={label} aria-valuemin={0} aria-valuemax={100} {...now}>
      <div style={{ transform: `scaleX(${share ?? 0.3})` }} />
    </div>
  );
}

/** Says each quarter once: a voice that said every number would never stop. */
export function Spoken({ title, share }: { title: string; share: number | null }) {
  const element = useRef<HTMLSpanElement>(null);
  const quarter = share === null ? 0 : Math.floor(share * 4) * 25;
  useEffect(() => {
    if (element.current) element.current.textContent = quarter ? `${title}: ${quarter} %` : title;
  }, [title, quarter]);
  return <span ref={element} class="spoken" role="status" />;
}

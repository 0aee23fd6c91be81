/** The long work of the server, as its events tell of it. */

import type { JobMessage, JobsMessage } from "./api";

/** One pass over the pictures, of a training by backpropagation. */
export interface Epoch {
  epoch: number;
  loss: number;
  accuracy: number;
  val_loss: number | null;
  val_accuracy: number | null;
  seconds: number;
}

export class Work {
  private readonly jobs = new Map<number, JobMessage>();
  /** Seconds on this machine's clock at which a stage of a job began, with how much was done. */
  private readonly stages = new Map<number, { stage: string; at: number; done: number }>();

  set({ jobs }: JobsMessage): void {
    for (const job of jobs) this.note(job);
  }

  /** After a restart of the server, its numbers begin anew. */
  clear(): void {
    for (const map of [this.jobs, this.stages]) map.clear();
  }

  note(job: JobMessage): void {
    this.jobs.set(job.id, job);
    const { step } = job;
    if (step && this.stages.get(job.id)?.stage !== step.stage) {
      this.stages.set(job.id, { stage: step.stage, at: performance.now() / 1000, done: step.done });
    }
  }

  /** The epochs of a training by backpropagation so far; with each, its job tells of all. */
  epochs(job: number): readonly Epoch[] {
    return (this.jobs.get(job)?.told?.["epochs"] as readonly Epoch[] | undefined) ?? [];
  }

  get all(): readonly JobMessage[] {
    return [...this.jobs.values()].sort((a, b) => a.id - b.id);
  }

  get running(): readonly JobMessage[] {
    return this.all.filter((job) => job.state === "waiting" || job.state === "running");
  }

  /** The newest of a name. */
  last(name: string): JobMessage | undefined {
    return this.all.filter((job) => job.name === name).at(-1);
  }

  /** What a stage does in a second and how many seconds are left of it; null where it cannot be said. */
  pace(job: JobMessage): { rate: number; left: number } | null {
    const began = this.stages.get(job.id);
    const { step } = job;
    if (!began || !step || step.total === null) return null;
    const seconds = performance.now() / 1000 - began.at;
    const done = step.done - began.done;
    if (seconds < 1 || done <= 0) return null;
    const rate = done / seconds;
    return { rate, left: (step.total - step.done) / rate };
  }
}

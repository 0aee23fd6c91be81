/** The page's side of the worker. */

import type { Answered, Asked, Loaded, Said } from "./messages";
import { Refused } from "./refused";

interface Waiting {
  readonly resolve: (done: never) => void;
  readonly reject: (error: Refused) => void;
  readonly progress: ((share: number) => void) | undefined;
}

type Unnumbered<Each> = Each extends unknown ? Omit<Each, "id"> : never;

export class Asking {
  private readonly worker = new Worker("answering.js");
  private readonly waiting = new Map<number, Waiting>();
  private last = 0;

  constructor() {
    this.worker.addEventListener("message", ({ data }: MessageEvent<Said>) => this.hear(data));
    this.worker.addEventListener("error", () => this.fail());
  }

  load(progress: (share: number) => void): Promise<Loaded> {
    return this.ask({ kind: "load" }, [], progress);
  }

  file(file: Blob, heat: boolean): Promise<Answered> {
    return this.ask({ kind: "file", file, heat });
  }

  frame(frame: ImageBitmap, heat: boolean): Promise<Answered> {
    return this.ask({ kind: "frame", frame, heat }, [frame]);
  }

  private ask<Done>(asked: Unnumbered<Asked>, given: Transferable[] = [], progress?: (share: number) => void): Promise<Done> {
    const id = ++this.last;
    return new Promise<Done>((resolve, reject) => {
      this.waiting.set(id, { resolve, reject, progress });
      this.worker.postMessage({ id, ...asked }, given);
    });
  }

  private hear(said: Said): void {
    const waiting = this.waiting.get(said.id);
    if (!waiting) return;
    if ("share" in said) return waiting.progress?.(said.share);
    this.waiting.delete(said.id);
    if ("done" in said) waiting.resolve(said.done as never);
    else waiting.reject(new Refused(said.refused, said.detail));
  }

  /** The worker itself could not be loaded or ran out of memory. */
  private fail(): void {
    for (const { reject } of this.waiting.values()) reject(new Refused("missing", "answering.js"));
    this.waiting.clear();
  }
}

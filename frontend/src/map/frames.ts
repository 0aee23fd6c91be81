/** Frames of the browser, asked for only while there is something to draw. */

export class Frames {
  private waiting = false;
  private closed = false;
  private readonly painted: (() => void)[] = [];

  /** `draw` gives true when another frame has to follow; `rest` is told when none does. */
  constructor(
    private readonly draw: (now: number) => boolean,
    private readonly rest: () => void,
  ) {}

  get asleep(): boolean {
    return !this.waiting;
  }

  wake(): void {
    if (this.waiting || this.closed) return;
    this.waiting = true;
    requestAnimationFrame((now) => this.tick(now));
  }

  /** Resolves when the next frame has been drawn. */
  next(): Promise<void> {
    return new Promise((resolve) => {
      this.painted.push(resolve);
      this.wake();
    });
  }

  close(): void {
    this.closed = true;
  }

  private tick(now: number): void {
    this.waiting = false;
    if (this.closed) return;
    const more = this.draw(now);
    for (const resolve of this.painted.splice(0)) resolve();
    if (more) this.wake();
    else this.rest();
  }
}

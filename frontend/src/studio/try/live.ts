/** Asks a model again and again what the camera shows, as fast as it answers. */

import type { PredictionMessage } from "../api";
import { AwayError, call } from "../client";
import type { Camera } from "../parts/camera";

const SIDE = 320; // pixels of the longer side: a little more than the network sees
const QUALITY = 0.85;
const AT_ONCE = 2; // while one is answered, the next is on its way
const PAUSE = 1_000; // milliseconds after an error
const LEAST = 20; // milliseconds between two pictures
const WINDOW = 2_000; // milliseconds over which the rate is taken

export class LiveAnswers {
  heat = false;
  private running = false;
  private inFlight = 0;
  private sent = 0;
  private shown = 0;
  private times: number[] = [];

  constructor(
    private readonly camera: Camera,
    private readonly run: number,
    private readonly told: (answer: PredictionMessage, rate: number) => void,
    private readonly failed: (error: Error) => void,
  ) {}

  start(): void {
    this.running = true;
    void this.loop();
  }

  stop(): void {
    this.running = false;
  }

  private async loop(): Promise<void> {
    while (this.running) {
      if (this.inFlight < AT_ONCE && !document.hidden) void this.ask();
      await new Promise((resolve) => setTimeout(resolve, LEAST));
    }
  }

  private async ask(): Promise<void> {
    this.inFlight += 1;
    const number = ++this.sent;
    try {
      const body = await this.camera.frame(SIDE, QUALITY);
      if (!body) return;
      const answer = await call("POST /api/runs/{id}/predict", { path: { id: this.run }, body, query: this.heat ? { heat: 1 } : {} });
      if (this.running && number > this.shown) this.tell(answer, number);
    } catch (error) {
      if (this.running && !(error instanceof AwayError)) this.failed(error as Error);
      await new Promise((resolve) => setTimeout(resolve, PAUSE));
    } finally {
      this.inFlight -= 1;
    }
  }

  private tell(answer: PredictionMessage, number: number): void {
    const now = performance.now();
    this.shown = number;
    this.times = [...this.times.filter((one) => now - one < WINDOW), now];
    const span = now - this.times[0]!;
    this.told(answer, span ? ((this.times.length - 1) * 1000) / span : 0);
  }
}

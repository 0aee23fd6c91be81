/** The stream of events: followed for ever, resumed after a break, honest about being away. */

import type { EventMessage } from "./api";
import { address, call, ServerError } from "./client";

export type Connection = "open" | "lost" | "refused";

const RETRY = 2_000; // milliseconds

export class Live {
  private source: EventSource | null = null;

  /**
   * @param told gets each event, with its number.
   * @param changed hears whether the server can be reached; after a break, what the page knows is old.
   */
  constructor(
    private readonly told: (event: EventMessage, number: number) => void,
    private readonly changed: (connection: Connection, back: boolean) => void,
  ) {}

  /** Follows from the first event that the server still knows, so that a reload loses nothing. */
  follow(): void {
    let broken = false;
    const source = new EventSource(address("GET /api/events", { query: { after: 0 } }));
    this.source = source;
    source.onmessage = (message: MessageEvent<string>) => this.told(JSON.parse(message.data) as EventMessage, Number(message.lastEventId));
    source.onopen = () => {
      this.changed("open", broken);
      broken = false;
    };
    source.onerror = () => {
      broken = true;
      this.changed("lost", false);
      if (source.readyState === EventSource.CLOSED) void this.retry();
    };
  }

  /** The browser has given up; asks until the server is there again, or says why not. */
  private async retry(): Promise<void> {
    this.source?.close();
    try {
      await call("GET /api/project");
      this.changed("open", true);
      return this.follow();
    } catch (error) {
      const refused = error instanceof ServerError && error.status === 401;
      this.changed(refused ? "refused" : "lost", false);
    }
    setTimeout(() => void this.retry(), RETRY);
  }
}

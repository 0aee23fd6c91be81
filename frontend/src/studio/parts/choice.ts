/** Which pictures of a list are chosen, and on which one the keyboard stands. */

import type { List } from "./pages";

export class Choice {
  current = 0;
  readonly ids = new Set<number>();
  private anchor = 0;
  private readonly listeners = new Set<() => void>();

  on(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  move(index: number): void {
    this.current = index;
    this.changed();
  }

  toggleAt(index: number, list: List): void {
    const id = list.at(index)?.picture.id;
    if (id === undefined) return;
    if (!this.ids.delete(id)) this.ids.add(id);
    this.anchor = index;
    this.changed();
  }

  /** Chooses all between where it was last chosen and here. */
  extend(index: number, list: List): void {
    const [from, to] = [Math.min(this.anchor, index), Math.max(this.anchor, index)];
    for (let i = from; i <= to; i++) {
      const id = list.at(i)?.picture.id;
      if (id !== undefined) this.ids.add(id);
    }
    this.current = index;
    this.changed();
  }

  async all(list: List): Promise<void> {
    for (const id of await list.ids()) this.ids.add(id);
    this.changed();
  }

  clear(): void {
    this.ids.clear();
    this.changed();
  }

  private changed(): void {
    for (const listener of this.listeners) listener();
  }
}

/** Typed events: who listens is told, in order. */

export class Emitter<Events> {
  private readonly listeners = new Map<keyof Events, Set<(detail: never) => void>>();

  /** Returns a call that ends the listening. */
  on<K extends keyof Events>(name: K, listener: (detail: Events[K]) => void): () => void {
    let all = this.listeners.get(name);
    if (!all) this.listeners.set(name, (all = new Set()));
    all.add(listener);
    return () => all.delete(listener);
  }

  protected emit<K extends keyof Events>(name: K, detail: Events[K]): void {
    for (const listener of this.listeners.get(name) ?? []) (listener as (d: Events[K]) => void)(detail);
  }
}

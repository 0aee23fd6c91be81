/** A map that keeps the entries used last: what a page has fetched and may want again. */

export class Recent<K, V> {
  private readonly entries = new Map<K, V>();

  constructor(
    private readonly room: number,
    private readonly dropped: (value: V) => void = () => {},
  ) {}

  get(key: K): V | undefined {
    const value = this.entries.get(key);
    if (value !== undefined) {
      this.entries.delete(key);
      this.entries.set(key, value);
    }
    return value;
  }

  set(key: K, value: V): void {
    this.entries.delete(key);
    this.entries.set(key, value);
    for (const [oldest, gone] of this.entries) {
      if (this.entries.size <= this.room) break;
      this.entries.delete(oldest);
      this.dropped(gone);
    }
  }

  delete(key: K): void {
    this.entries.delete(key);
  }

  clear(): void {
    for (const value of this.entries.values()) this.dropped(value);
    this.entries.clear();
  }
}

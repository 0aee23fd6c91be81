/** What the page knows and what a person can do to it; the parts of the page draw from it. */

import { Filters, type Filter } from "../data/filters";
import { search, type Found } from "../data/search";
import type { Manifest, Source } from "../data/source";
import { Table } from "../data/table";
import type { Insets } from "../map/camera";
import { GraphicsError } from "../map/program";
import { MapView, type Mode } from "../map/view";
import { colouring, shareColours, THEMES, type Scheme } from "./colours";
import { Link } from "./link";
import { pictures } from "./words";

export type Wish = "system" | Scheme;

const DARK = matchMedia("(prefers-color-scheme: dark)");
const STILL = matchMedia("(prefers-reduced-motion: reduce)");
export const ROWS = 50; // of the list, a page

export class Model {
  readonly table: Table;
  readonly filters: Filters;
  map: MapView | null = null;
  /** Why there is no map to see, in a sentence; "" when there is one. */
  trouble = "";
  layout: string;
  colour = "";
  current: number | null = null;
  neighbours: readonly number[] = [];
  trail: readonly number[] = [];
  chosen: readonly number[] = [];
  passing: Uint32Array;
  list = false;
  page = 0;
  listed: "passing" | "chosen" = "passing";
  mode: Mode = "pan";
  menu = !matchMedia("(max-width: 47.99rem)").matches;
  help = false;
  found: Found | null = null;
  said = "";
  /** Whether all that the address asked for is there. */
  started = false;
  wish: Wish = "system";
  busy = "";
  hovered: { index: number; left: number; top: number } | null = null;

  private readonly link = new Link(this);
  private readonly listeners = new Set<() => void>();
  private searching = 0;
  private asked = 0;

  constructor(
    readonly source: Source,
    readonly manifest: Manifest,
  ) {
    this.table = new Table(source, manifest);
    this.filters = new Filters(this.table);
    this.layout = manifest.layouts[0]?.id ?? "";
    shareColours(manifest.columns);
    this.passing = Uint32Array.from({ length: manifest.count }, (_, i) => i);
    DARK.addEventListener("change", () => this.dress());
    STILL.addEventListener("change", () => this.map?.setStill(STILL.matches));
  }

  on(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  changed(): void {
    for (const listener of this.listeners) listener();
    this.link.save();
  }

  get scheme(): Scheme {
    return this.wish === "system" ? (DARK.matches ? "dark" : "light") : this.wish;
  }

  get empty(): boolean {
    return this.manifest.count === 0;
  }

  // Begin ----------------------------------------------------------------------------------------

  /** Makes the map in an element; without WebGL2 the list takes its place. */
  async start(element: HTMLElement): Promise<void> {
    const seen = this.link.wanted;
    try {
      this.map = new MapView(element, this.source);
    } catch (error) {
      if (!(error instanceof GraphicsError)) throw error;
      this.trouble = error.message;
      this.list = true;
    }
    this.map?.setStill(STILL.matches);
    this.listen();
    this.dress();
    this.changed();
    const opening = this.map?.open(seen.layout);
    if (this.map?.layout) this.layout = this.map.layout.id;
    await this.link.apply({ ...seen, colour: seen.colour ?? this.usualColour() });
    await opening?.catch((error: Error) => this.fail(error));
    if (this.map?.layout) this.layout = this.map.layout.id;
    if (seen.at) this.link.look(seen.at);
    this.started = true;
    this.changed();
  }

  private usualColour(): string {
    const ids = this.table.measured.map((column) => column.id);
    return ["label", "prediction", "cluster"].find((id) => ids.includes(id)) ?? "";
  }

  private listen(): void {
    const { map } = this;
    if (!map) return;
    map.on("select", (index) => void this.select(index));
    map.on("lasso", ({ indices, add }) => {
      this.choose(add ? [...new Set([...this.chosen, ...indices])].sort((a, b) => a - b) : indices);
      this.setMode("pan");
    });
    map.on("hover", (hovered) => {
      this.hovered = hovered;
      this.changed();
    });
    map.on("mode", (mode) => {
      this.mode = mode;
      this.changed();
    });
    map.on("camera", () => this.link.save());
    map.on("fault", (error) => this.fail(error));
    map.on("graphics", (state) => {
      this.trouble = state === "lost" ? "The browser has taken the graphics away; the map comes back when it returns them." : "";
      this.changed();
    });
  }

  fail(error: Error): void {
    this.busy = "";
    this.say(error.message);
  }

  /** Words for the eyes and for a screen reader's voice. */
  say(text: string): void {
    this.said = text;
    this.changed();
  }

  // Layout and colour ----------------------------------------------------------------------------

  async setLayout(id: string): Promise<void> {
    const layout = this.manifest.layouts.find((one) => one.id === id);
    if (!layout || id === this.layout) return;
    this.layout = id;
    this.busy = `Reading ${layout.title}`;
    this.changed();
    try {
      await this.map?.setLayout(id);
      this.busy = "";
      this.say(`${layout.title}. ${layout.fidelity?.words ?? ""}`);
    } catch (error) {
      this.layout = this.map?.layout?.id ?? this.layout;
      this.fail(error as Error);
    }
  }

  async setColour(id: string): Promise<void> {
    const column = this.table.column(id) ?? null;
    this.colour = column ? id : "";
    const asked = ++this.asked;
    this.changed();
    try {
      const values = column ? await this.table.values(id) : null;
      if (asked !== this.asked) return;
      this.map?.setColour(colouring(column, values, this.manifest.count, this.scheme));
    } catch (error) {
      this.fail(error as Error);
    }
    this.changed();
  }

  setWish(wish: Wish): void {
    this.wish = wish;
    this.dress();
  }

  private dress(): void {
    document.documentElement.dataset.scheme = this.scheme;
    this.map?.setTheme(THEMES[this.scheme]);
    void this.setColour(this.colour);
  }

  // Filters --------------------------------------------------------------------------------------

  async setFilter(id: string, filter: Filter | null): Promise<void> {
    try {
      await this.filters.set(id, filter);
    } catch (error) {
      return this.fail(error as Error);
    }
    return this.filtered();
  }

  async clearFilters(): Promise<void> {
    for (const id of [...this.filters.all.keys()]) await this.filters.set(id, null);
    this.filtered();
  }

  /** Ticks or unticks one kind of a category. */
  toggle(id: string, code: number | "missing"): Promise<void> {
    const old = this.filters.get(id);
    const codes = new Set(old?.kind === "values" ? old.codes : []);
    let missing = old?.kind === "values" && old.missing;
    if (code === "missing") missing = !missing;
    else if (!codes.delete(code)) codes.add(code);
    return this.setFilter(id, codes.size || missing ? { kind: "values", codes, missing } : null);
  }

  /** After filters have changed. */
  filtered(): void {
    const passes = this.filters.passes();
    this.map?.setFilter(passes);
    const all = Uint32Array.from({ length: this.manifest.count }, (_, i) => i);
    this.passing = passes ? all.filter((i) => passes[i] === 1) : all;
    this.page = 0;
    this.say(passes ? `${pictures(this.passing.length)} of ${pictures(this.manifest.count)} shown.` : "All pictures shown.");
  }

  // One picture, several pictures ----------------------------------------------------------------

  async select(index: number | null, { fly = false, back = false } = {}): Promise<void> {
    if (index !== null && (index < 0 || index >= this.manifest.count)) return;
    if (!back && this.current !== null && index !== null) this.trail = [...this.trail.slice(-50), this.current];
    if (index === null) this.trail = [];
    this.current = index;
    this.neighbours = [];
    this.hovered = null;
    this.map?.select(index);
    this.changed();
    if (index === null) return;
    this.show(index, fly);
    try {
      const neighbours = await this.table.neighbours(index);
      if (this.current !== index) return;
      this.neighbours = neighbours;
      this.map?.select(index, neighbours);
    } catch (error) {
      this.fail(error as Error);
    }
    this.changed();
  }

  /** After the panel has opened, so that the picture does not come to lie beneath it. */
  private show(index: number, fly: boolean): void {
    requestAnimationFrame(() => {
      if (this.current !== index || this.list) return;
      if (fly) this.map?.flyToPicture(index);
      else this.map?.reveal(index);
    });
  }

  /** To the nearest neighbour where one has not just been. */
  walk(): void {
    const been = new Set([...this.trail, this.current]);
    const next = this.neighbours.find((index) => !been.has(index)) ?? this.neighbours[0];
    if (next !== undefined) void this.select(next, { fly: true });
  }

  back(): void {
    const last = this.trail.at(-1);
    if (last === undefined) return;
    this.trail = this.trail.slice(0, -1);
    void this.select(last, { fly: true, back: true });
  }

  choose(indices: readonly number[]): void {
    this.chosen = indices;
    this.map?.setChosen(indices);
    if (indices.length) {
      this.current = null;
      this.map?.select(null);
    }
    if (indices.length === 0 && this.listed === "chosen") this.listed = "passing";
    this.say(indices.length ? `${pictures(indices.length)} chosen.` : "Nothing is chosen.");
  }

  toggleChosen(index: number): void {
    const chosen = new Set(this.chosen);
    if (!chosen.delete(index)) chosen.add(index);
    this.chosen = [...chosen].sort((a, b) => a - b);
    this.map?.setChosen(this.chosen);
    this.changed();
  }

  chooseInSight(): void {
    this.choose(this.map?.inSight() ?? []);
  }

  showChosen(): void {
    const rect = this.map?.rectOf(this.chosen);
    if (rect) this.map?.flyToRect(rect);
  }

  setMode(mode: Mode): void {
    this.map?.setMode(mode);
  }

  /** Flies to where a cluster stands in the layout that is shown. */
  async flyToCluster(code: number): Promise<void> {
    const spot = this.manifest.hotspots.find((one) => one.cluster === code);
    if (spot && this.layout === this.manifest.layouts[0].id) return this.flyToSpot(spot);
    const values = await this.table.values("cluster");
    const members: number[] = [];
    for (let i = 0; i < values.length; i++) if (values[i] === code) members.push(i);
    const rect = this.map?.rectOf(members);
    if (rect) this.map?.flyToRect(rect);
  }

  async flyToSpot({ x, y, radius }: { x: number; y: number; radius: number }): Promise<void> {
    await this.setLayout(this.manifest.layouts[0].id);
    this.map?.flyToRect({ x0: x - radius, y0: y - radius, x1: x + radius, y1: y + radius });
  }

  // Search ---------------------------------------------------------------------------------------

  async search(query: string): Promise<void> {
    const asked = ++this.searching;
    if (query.trim().length < 1) {
      this.found = null;
      return this.changed();
    }
    try {
      for await (const found of search(this.table, query)) {
        if (asked !== this.searching) return;
        this.found = found;
        this.changed();
      }
    } catch (error) {
      this.fail(error as Error);
    }
  }

  // List -----------------------------------------------------------------------------------------

  showList(shown: boolean): void {
    this.list = shown || this.trouble !== "";
    this.changed();
  }

  setPage(page: number): void {
    this.page = page;
    this.changed();
  }

  setListed(listed: "passing" | "chosen"): void {
    this.listed = listed;
    this.page = 0;
    this.changed();
  }

  get rows(): ArrayLike<number> {
    return this.listed === "chosen" ? this.chosen : this.passing;
  }

  set(values: Partial<Pick<Model, "menu" | "help">>): void {
    Object.assign(this, values);
    this.changed();
  }

  setInsets(insets: Insets): void {
    this.map?.setInsets(insets);
  }
}

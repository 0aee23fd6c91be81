/** What the screen of the map knows and does: the drawing component over the project's pictures. */

import type { CategoryColumn, Layout, Manifest, Measured } from "../../data/source";
import { Table, type Values } from "../../data/table";
import { GraphicsError } from "../../map/program";
import { MapView, type Hover, type Mode } from "../../map/view";
import { colouring, shareColours, THEMES, type Scheme } from "../../page/colours";
import { Overlay } from "../../page/overlay";
import type { Studio } from "../studio";
import { t } from "../texts";
import { Labels, LIVE } from "./labels";
import { ProjectSite } from "./site";

const STILL = matchMedia("(prefers-reduced-motion: reduce)");

export interface Shade {
  readonly column: Measured;
  readonly values: Values;
}

export class Chart {
  manifest: Manifest | null = null;
  colour = LIVE;
  shade: Shade | null = null;
  mode: Mode = "pan";
  adding = false;
  hovered: Hover | null = null;
  /** Points, ascending. */
  chosen: readonly number[] = [];
  /** Why there is no map to see, in a sentence; "" when there is one. */
  trouble = "";
  map: MapView | null = null;
  private table: Table | null = null;
  private overlay: Overlay | null = null;
  private ids: Int32Array = new Int32Array(0);
  private readonly site = new ProjectSite();
  private readonly labels: Labels;
  private readonly listeners = new Set<() => void>();
  private readonly watch = new MutationObserver(() => this.dress());
  private closed = false;

  constructor(private readonly studio: Studio) {
    this.labels = new Labels(studio);
  }

  on(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private changed(): void {
    for (const listener of this.listeners) listener();
  }

  // Begin and end --------------------------------------------------------------------------------

  async open(element: HTMLElement, names: HTMLElement): Promise<void> {
    try {
      this.map = new MapView(element, this.site);
      this.listen(this.map);
      const manifest = await this.site.manifest();
      if (this.closed) return;
      this.table = new Table(this.site, manifest);
      shareColours(manifest.columns);
      this.overlay = new Overlay(names, this.map, manifest, this.site);
      this.dress();
      await this.map.open();
      this.ids = await this.site.ids();
      await this.labels.read(this.table, this.ids);
      this.manifest = manifest;
      this.showNames();
      this.watch.observe(document.documentElement, { attributeFilter: ["data-scheme"] });
      await this.setColour(this.colour);
    } catch (error) {
      if (this.closed) return;
      this.trouble = error instanceof GraphicsError ? t.map.noGraphics : (error as Error).message;
      this.changed();
    }
  }

  close(): void {
    this.closed = true;
    this.watch.disconnect();
    this.overlay?.close();
    this.map?.destroy();
  }

  private listen(map: MapView): void {
    map.setStill(STILL.matches);
    map.canvas.setAttribute("role", "application");
    map.canvas.setAttribute("aria-label", t.map.canvas);
    map.canvas.setAttribute("aria-describedby", "map-keys");
    map.on("select", (point) => this.press(point));
    map.on("lasso", ({ indices, add }) => {
      this.choose(indices, { add });
      map.setMode("pan");
    });
    map.on("mode", (mode) => {
      this.mode = mode;
      this.changed();
    });
    map.on("hover", (hovered) => {
      this.hovered = hovered;
      this.changed();
    });
    map.on("fault", (error) => this.studio.fail(error));
    map.on("graphics", (state) => {
      this.trouble = state === "lost" ? t.map.lost : "";
      this.changed();
    });
  }

  // Looks ----------------------------------------------------------------------------------------

  get layout(): Layout | null {
    return this.map?.layout ?? null;
  }

  async setLayout(id: string): Promise<void> {
    await this.map?.setLayout(id).catch((error: Error) => this.studio.fail(error));
    this.showNames();
    this.changed();
  }

  private showNames(): void {
    const { layout, manifest } = this;
    if (layout) this.overlay?.setLayout(layout, layout.id === manifest?.layouts[0]?.id);
  }

  /** Columns to colour by; the kinds as they are now before all others. */
  get columns(): readonly { id: string; title: string }[] {
    const others = this.table?.measured.filter((column) => column.id !== LIVE) ?? [];
    return [{ id: LIVE, title: t.map.kind }, ...others].map(({ id, title }) => ({ id, title: t.map.column(id, title) }));
  }

  async setColour(id: string): Promise<void> {
    this.colour = id;
    try {
      const shade = await this.shadeOf(id);
      if (this.colour !== id || !shade) return;
      this.shade = shade;
      const count = this.manifest?.count ?? 0;
      this.map?.setColour(colouring(shade.column, shade.values, count, this.scheme));
    } catch (error) {
      this.studio.fail(error as Error);
    }
    this.changed();
  }

  private async shadeOf(id: string): Promise<Shade | null> {
    if (id === LIVE) return this.labels.column(t.map.kind);
    const column = this.table?.measured.find((one) => one.id === id);
    return column && this.table ? { column, values: await this.table.values(id) } : null;
  }

  get scheme(): Scheme {
    return document.documentElement.dataset.scheme === "dark" ? "dark" : "light";
  }

  private dress(): void {
    this.map?.setTheme(THEMES[this.scheme]);
    if (this.manifest) void this.setColour(this.colour);
  }

  // Choosing -------------------------------------------------------------------------------------

  /** Pictures behind the chosen points. */
  get pictures(): readonly number[] {
    return this.chosen.map((point) => this.ids[point]).filter((id) => id > 0);
  }

  choose(points: Iterable<number>, { add = false } = {}): void {
    const all = new Set(add ? [...this.chosen, ...points] : points);
    this.chosen = [...all].sort((a, b) => a - b);
    this.map?.setChosen(this.chosen);
    this.studio.say(this.chosen.length ? t.grid.chosen(this.chosen.length) : t.map.noneChosen);
    this.changed();
  }

  /** One picture, pressed or in the middle: it alone, or with those chosen before. */
  private press(point: number | null): void {
    if (point === null) return;
    if (this.adding && this.chosen.includes(point)) this.choose(this.chosen.filter((one) => one !== point));
    else this.choose([point], { add: this.adding });
  }

  setAdding(adding: boolean): void {
    this.adding = adding;
    this.map?.setAdding(adding);
    this.changed();
  }

  chooseInSight(): void {
    this.choose(this.map?.inSight() ?? [], { add: this.adding });
  }

  /** All pictures of a kind of the column that colours the map. */
  chooseKind(column: CategoryColumn, code: number): void {
    const values = this.shade?.column === column ? this.shade.values : null;
    if (!values) return;
    const points: number[] = [];
    for (let i = 0; i < values.length; i++) if (values[i] === code) points.push(i);
    this.choose(points, { add: this.adding });
  }

  /** Shows pictures of the project on the map: those of them that are on it. */
  showPictures(ids: readonly number[]): void {
    const wanted = new Set(ids);
    const points: number[] = [];
    this.ids.forEach((id, point) => wanted.has(id) && points.push(point));
    this.choose(points);
    this.flyToChosen();
  }

  flyToChosen(): void {
    const rect = this.map?.rectOf(this.chosen);
    if (rect) this.map?.flyToRect(rect);
  }

  // Following the project ------------------------------------------------------------------------

  /** Pictures that are about to change: the map keeps up with them from now on. */
  touch(pictures: readonly number[]): void {
    this.labels.touch(pictures);
  }

  /** After the project has changed. */
  async refresh(): Promise<void> {
    if (!this.manifest) return;
    try {
      await this.labels.refresh();
    } catch (error) {
      return this.studio.fail(error as Error);
    }
    this.map?.setFilter(this.labels.inside);
    if (this.colour === LIVE) await this.setColour(LIVE);
  }
}

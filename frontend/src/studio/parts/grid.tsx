/**
 * Pictures in rows, of which only those in sight exist, so that ten thousand are as light as ten.
 * One stop of the Tab key; arrows move, Space chooses, Shift extends, Enter opens.
 */

import { useEffect, useId, useLayoutEffect, useReducer, useRef, useState } from "preact/hooks";
import { address } from "../client";
import { t } from "../texts";
import type { List, Shown } from "./pages";
import type { Choice } from "./choice";
import { Sign } from "./sign";

const GAP = 8;
const OVERSCAN = 2; // rows beyond the edge of the window

export interface GridProps {
  list: List;
  choice: Choice;
  label: string;
  /** Lines of text beneath each picture. */
  lines?: 0 | 1 | 2;
  tile?: number;
  open: (index: number) => void;
  keys?: (event: KeyboardEvent) => boolean;
}

interface Measure {
  columns: number;
  side: number;
  from: number;
  to: number;
}

export function Grid({ list, choice, label, lines = 0, tile = 112, open, keys }: GridProps) {
  const [, draw] = useReducer((n: number, _: void) => n + 1, 0);
  const box = useRef<HTMLDivElement>(null);
  const id = useId();
  const [{ columns, side, from, to }, setMeasure] = useState<Measure>({ columns: 1, side: tile, from: 0, to: 0 });
  const row = side + lines * 20 + GAP + (lines ? 6 : 0);
  const rows = Math.ceil(list.total / columns);

  useEffect(() => list.on(() => draw()), [list]);
  useEffect(() => choice.on(() => draw()), [choice]);
  useLayoutEffect(() => {
    const measure = () => box.current && setMeasure((old) => same(old, measured(box.current!, tile, lines, list.total)));
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(box.current!);
    addEventListener("scroll", measure, { capture: true, passive: true });
    return () => {
      observer.disconnect();
      removeEventListener("scroll", measure, { capture: true });
    };
  }, [list, list.total, lines, tile]);
  useEffect(() => list.want(from * columns, Math.min(list.total, to * columns)), [list, from, to, columns, list.total]);

  const reveal = (index: number) => {
    const edge = box.current!.getBoundingClientRect();
    const top = edge.top + Math.floor(index / columns) * row;
    if (top < 120) scroller(box.current!).scrollBy({ top: top - 120 });
    else if (top + row > innerHeight - 110) scroller(box.current!).scrollBy({ top: top + row - innerHeight + 110 });
  };
  const onKey = (event: KeyboardEvent) => {
    if (keys?.(event)) return event.preventDefault();
    const next = moved(event.key, choice.current, columns, list.total);
    if (next !== null) {
      event.preventDefault();
      if (event.shiftKey) choice.extend(next, list);
      else choice.move(next);
      return reveal(next);
    }
    if (event.key === " ") choice.toggleAt(choice.current, list);
    else if (event.key === "Enter") open(choice.current);
    else if (event.key === "a" && (event.ctrlKey || event.metaKey)) void choice.all(list);
    else if (event.key === "Escape" && choice.ids.size) choice.clear();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  const isThere = choice.current >= from * columns && choice.current < Math.min(list.total, to * columns);
  const shown = [];
  for (let index = from * columns; index < Math.min(list.total, to * columns); index++) {
    const there = list.at(index);
    shown.push(
      <Tile
        key={there?.picture.id ?? `at-${index}`}
        id={`${id}-${index}`}
        shown={there}
        index={index}
        total={list.total}
        chosen={there !== undefined && choice.ids.has(there.picture.id)}
        current={index === choice.current}
        place={{ left: (index % columns) * (side + GAP), top: Math.floor(index / columns) * row, side, height: row - GAP }}
        lines={lines}
        onClick={(event) => {
          choice.move(index);
          if (event.shiftKey) choice.extend(index, list);
          else choice.toggleAt(index, list);
        }}
        onOpen={() => open(index)}
      />,
    );
  }
  return (
    <div
      ref={box}
      class="grid"
      role="listbox"
      aria-multiselectable="true"
      aria-label={label}
      aria-activedescendant={isThere ? `${id}-${choice.current}` : undefined}
      tabIndex={0}
      style={{ height: `${Math.max(0, rows * row - GAP)}px` }}
      onKeyDown={onKey}
      onFocus={() => choice.move(Math.min(choice.current, Math.max(0, list.total - 1)))}
    >
      {shown}
    </div>
  );
}

interface TileProps {
  id: string;
  shown: Shown | undefined;
  index: number;
  total: number;
  chosen: boolean;
  current: boolean;
  place: { left: number; top: number; side: number; height: number };
  lines: number;
  onClick: (event: MouseEvent) => void;
  onOpen: () => void;
}

function Tile({ id, shown, index, total, chosen, current, place, lines, onClick, onOpen }: TileProps) {
  const { left, top, side, height } = place;
  return (
    <div
      id={id}
      role="option"
      class={`tile${chosen ? " chosen" : ""}${current ? " current" : ""}${shown?.picture.excluded ? " aside" : ""}`}
      aria-selected={chosen}
      aria-setsize={total}
      aria-posinset={index + 1}
      title={shown && named(shown)}
      style={{ transform: `translate(${left}px, ${top}px)`, width: `${side}px`, height: `${height}px` }}
      onClick={onClick}
      onDblClick={onOpen}
    >
      <Thumb picture={shown?.picture.id} faulty={shown?.picture.fault != null} side={side} />
      <span class="spoken">{shown ? `${nameOf(shown)}, ` : t.words.loading}</span>
      {lines > 0 && <span class="note">{shown?.note}</span>}
      {lines > 1 && <span class="note more">{shown?.more}</span>}
      {shown?.picture.excluded && <span class="spoken">, {t.shelves.excluded}</span>}
      <span class="tick"><Sign of="check" size={13} /></span>
    </div>
  );
}

/** A picture small; a hatched square where it cannot be shown. */
export function Thumb({ picture, faulty = false, side }: { picture: number | undefined; faulty?: boolean; side: number }) {
  const [broken, setBroken] = useState(false);
  const style = { width: `${side}px`, height: `${side}px` };
  if (picture === undefined || faulty || broken) return <span class={`thumb ${picture === undefined ? "" : "blank"}`} style={style} />;
  const src = address("GET /api/pictures/{id}/thumbnail", { path: { id: picture } });
  return <img class="thumb" src={src} alt="" decoding="async" draggable={false} style={style} onError={() => setBroken(true)} />;
}

const nameOf = ({ picture }: Shown): string => picture.path.slice(picture.path.lastIndexOf("/") + 1);

function named(shown: Shown): string {
  const { picture, note, more } = shown;
  const parts = [nameOf(shown), note, more, picture.fault, picture.excluded ? t.shelves.excluded : null];
  return [...new Set(parts.filter(Boolean))].join(", ");
}

function measured(box: HTMLElement, tile: number, lines: number, total: number): Measure {
  const { width, top } = box.getBoundingClientRect();
  const columns = Math.max(2, Math.floor((width + GAP) / (tile + GAP)));
  const side = Math.floor((width - GAP * (columns - 1)) / columns);
  const row = side + lines * 20 + GAP + (lines ? 6 : 0);
  const rows = Math.ceil(total / columns);
  const from = Math.min(rows, Math.max(0, Math.floor(-top / row) - OVERSCAN));
  const to = Math.min(rows, Math.max(from, Math.ceil((innerHeight - top) / row) + OVERSCAN));
  return { columns, side, from, to };
}

function same(old: Measure, fresh: Measure): Measure {
  const alike = old.columns === fresh.columns && old.side === fresh.side && old.from === fresh.from && old.to === fresh.to;
  return alike ? old : fresh;
}

/** Where a key of the keyboard leads; null where it leads nowhere. */
function moved(key: string, at: number, columns: number, total: number): number | null {
  const steps: Readonly<Record<string, number>> = {
    ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns, PageDown: 4 * columns, PageUp: -4 * columns,
    Home: -total, End: total,
  };
  const step = steps[key];
  return step === undefined || !total ? null : Math.min(total - 1, Math.max(0, at + step));
}

function scroller(element: HTMLElement): HTMLElement {
  for (let one = element.parentElement; one; one = one.parentElement) {
    if (/auto|scroll/.test(getComputedStyle(one).overflowY)) return one;
  }
  return document.documentElement;
}

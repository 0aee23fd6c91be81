/** A thumbnail outside the map: drawn from its sheet onto a small canvas. */

import { useEffect, useRef, useState } from "preact/hooks";
import { Recent } from "../data/recent";
import type { Model } from "./model";

interface Opened {
  readonly bitmap: ImageBitmap;
  readonly sizes: Uint8Array;
}

const opened = new Recent<number, Promise<Opened>>(24, (gone) => void gone.then(({ bitmap }) => bitmap.close(), () => {}));

async function open(model: Model, index: number): Promise<Opened> {
  const sheet = await model.source.sheet(index);
  return { bitmap: await createImageBitmap(sheet.image), sizes: sheet.sizes };
}

async function draw(model: Model, index: number, canvas: HTMLCanvasElement): Promise<boolean> {
  const { sheet, blocks } = model.manifest;
  const number = Math.floor(index / blocks.sheet);
  let reading = opened.get(number);
  if (!reading) opened.set(number, (reading = open(model, number)));
  const { bitmap, sizes } = await reading;
  const cell = index % blocks.sheet;
  const [width, height] = [sizes[2 * cell], sizes[2 * cell + 1]];
  if (width === 0) return false;
  [canvas.width, canvas.height] = [width, height];
  const [x, y] = [(cell % sheet.columns) * sheet.side, Math.floor(cell / sheet.columns) * sheet.side];
  canvas.getContext("2d")?.drawImage(bitmap, x, y, width, height, 0, 0, width, height);
  return true;
}

/** `label` is what a screen reader says; "" where the words beside it say it already. */
export function Thumb({ model, index, label = "" }: { model: Model; index: number; label?: string }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [there, setThere] = useState(true);
  useEffect(() => {
    let current = true;
    if (canvas.current) {
      draw(model, index, canvas.current).then(
        (drawn) => current && setThere(drawn),
        () => current && setThere(false),
      );
    }
    return () => {
      current = false;
    };
  }, [model, index]);
  const spoken = label ? { role: "img" as const, "aria-label": label } : { "aria-hidden": true as const };
  return <canvas ref={canvas} class={there ? "thumb" : "thumb blank"} width={64} height={64} {...spoken} />;
}

/** Something read in the background, null until it is there. */
export function useRead<T>(read: () => Promise<T>, keys: readonly unknown[]): T | null {
  const [value, setValue] = useState<T | null>(null);
  useEffect(() => {
    let current = true;
    setValue(null);
    read().then(
      (there) => current && setValue(() => there),
      () => {}, // what cannot be read stays empty; the model tells of damaged files
    );
    return () => {
      current = false;
    };
  }, keys);
  return value;
}

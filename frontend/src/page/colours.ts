/** Colours of dots and frames: ten for kinds, a ramp for numbers, on light and on dark ground. */

import { isMeasured, type CategoryColumn, type Column, type NumberColumn } from "../data/source";
import { isMissing, type Values } from "../data/table";
import type { Colouring, Theme } from "../map/view";

export type Scheme = "light" | "dark";

/**
 * Chosen by search in OKLab within ten families of hue: every two are at least 0.09 apart (0.11 on
 * dark) for people who see red or green little (Machado et al. 2009), and each has a contrast of 3
 * to 1 to the ground. Beyond ten, kinds share a grey: nobody tells eleven colours apart at a glance.
 */
export const KINDS: Readonly<Record<Scheme, readonly string[]>> = {
  light: [
    "#257997", "#ae8523", "#831c5a", "#30a378", "#434cc0",
    "#5d240b", "#c068d7", "#9c585a", "#615a10", "#470486",
  ],
  dark: [
    "#99f7fe", "#aeab18", "#e562aa", "#109067", "#1b6ad4",
    "#d45003", "#944495", "#f9aea5", "#f9e93a", "#99abfd",
  ],
};

const RIGHT: Readonly<Record<Scheme, readonly [string, string]>> = {
  light: ["#4f9aa5", "#b8420f"],
  dark: ["#3f8b96", "#ff9a66"],
};

/** Low to high; even steps of lightness, blue to yellow, the same for all kinds of eyes. */
const RAMP: Readonly<Record<Scheme, readonly string[]>> = {
  light: ["#c2ac3e", "#97995f", "#6d8474", "#446c80", "#1d5083", "#0a2c6b"],
  dark: ["#2f4f9b", "#4a6c9c", "#6b8999", "#93a58d", "#c0c173", "#f2dd4e"],
};

export const OTHERS: Readonly<Record<Scheme, string>> = { light: "#8d949c", dark: "#7c858e" };
const NONE: Readonly<Record<Scheme, string>> = { light: "#c3c6c5", dark: "#4a5158" };
const PLAIN: Readonly<Record<Scheme, string>> = { light: "#257997", dark: "#6fbac4" };

export const THEMES: Readonly<Record<Scheme, Theme>> = {
  light: { ghost: "#9aa0a616", line: "#0f5c66", ground: "#c9c9c0", frame: "#1d2126" },
  dark: { ghost: "#9aa0a61c", line: "#7ccad3", ground: "#3f474f", frame: "#e9e8e3" },
};

export const SHADE_OTHERS = 250;
export const SHADE_NONE = 255;
const STEPS = 240; // shades of a ramp

/** Codes that have a colour of their own, the commonest first. */
export function leading(column: CategoryColumn): readonly number[] {
  const codes = column.values.map((_, code) => code).filter((code) => column.counts[code] > 0);
  return codes.sort((a, b) => column.counts[b] - column.counts[a] || a - b).slice(0, KINDS.light.length);
}

export function colourOf(column: CategoryColumn, code: number, scheme: Scheme): string {
  if (column.id === "right") return RIGHT[scheme][column.values[code] === "right" ? 0 : 1];
  const rank = ranksOf(column).get(column.values[code]);
  return rank === undefined ? OTHERS[scheme] : KINDS[scheme][rank];
}

const shared = new WeakMap<CategoryColumn, CategoryColumn>();

/** Predictions wear the colours of the labels that they name. */
export function shareColours(columns: readonly Column[]): void {
  const [label, prediction] = ["label", "prediction"].map((id) => columns.find((column) => column.id === id));
  if (label?.type === "category" && prediction?.type === "category") shared.set(prediction, label);
}

function ranksOf(column: CategoryColumn): ReadonlyMap<string, number> {
  const by = shared.get(column) ?? column;
  return new Map(leading(by).map((code, rank) => [by.values[code], rank]));
}

export function rampOf(scheme: Scheme): readonly string[] {
  return RAMP[scheme];
}

export function noneOf(scheme: Scheme): string {
  return NONE[scheme];
}

/** Shades and palette by a column, or all alike. */
export function colouring(column: Column | null, values: Values | null, count: number, scheme: Scheme): Colouring {
  const palette = new Uint8Array(1024);
  const paint = (shade: number, hex: string, alpha = 230) => palette.set([...channels(hex), alpha], shade * 4);
  paint(SHADE_OTHERS, OTHERS[scheme], 190);
  paint(SHADE_NONE, NONE[scheme], 190);
  const shades = new Uint8Array(count);
  if (!column || !values || !isMeasured(column)) {
    paint(0, PLAIN[scheme]);
    return { shades, palette, frames: false };
  }
  if (column.type === "category") {
    const coloured = leading(column);
    coloured.forEach((code, shade) => paint(shade, colourOf(column, code, scheme)));
    byKind(shades, values, column, coloured);
  } else {
    for (let step = 0; step < STEPS; step++) paint(step, along(RAMP[scheme], step / (STEPS - 1)));
    byNumber(shades, values, column);
  }
  return { shades, palette, frames: true };
}

function byKind(shades: Uint8Array, values: Values, column: CategoryColumn, coloured: readonly number[]): void {
  const shadeOf = new Uint8Array(column.values.length).fill(SHADE_OTHERS);
  coloured.forEach((code, shade) => (shadeOf[code] = shade));
  for (let i = 0; i < shades.length; i++) {
    shades[i] = isMissing(values[i], values) ? SHADE_NONE : shadeOf[values[i]];
  }
}

function byNumber(shades: Uint8Array, values: Values, column: NumberColumn): void {
  const low = column.min ?? 0;
  const width = (column.max ?? 1) - low || 1;
  for (let i = 0; i < shades.length; i++) {
    shades[i] = Number.isNaN(values[i]) ? SHADE_NONE : Math.round(((values[i] - low) / width) * (STEPS - 1));
  }
}

function channels(hex: string): [number, number, number] {
  return [parseInt(hex.slice(1, 3), 16), parseInt(hex.slice(3, 5), 16), parseInt(hex.slice(5, 7), 16)];
}

/** The colour at a share, 0-1, of the way along a ramp. */
export function along(ramp: readonly string[], share: number): string {
  const at = share * (ramp.length - 1);
  const step = Math.min(ramp.length - 2, Math.floor(at));
  const [a, b] = [channels(ramp[step]), channels(ramp[step + 1])];
  const mixed = a.map((value, i) => Math.round(value + (b[i] - value) * (at - step)));
  return `#${mixed.map((value) => value.toString(16).padStart(2, "0")).join("")}`;
}

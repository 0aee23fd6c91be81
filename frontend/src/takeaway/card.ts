/** The card of a model: the part of it that this page reads. */

import { FITS, type Fit } from "./fit";
import { Refused } from "./refused";

const SCHEMA = 2;

interface Share {
  readonly value: number;
  readonly n: number;
  readonly interval: { readonly low: number; readonly high: number };
}

export interface Card {
  readonly schema: number;
  readonly classes: readonly string[];
  readonly fit: Fit;
  readonly size: number;
  readonly trunk: { readonly name: string; readonly source: string; readonly grid: number; readonly width: number };
  readonly data: {
    readonly name: string;
    readonly per_class: readonly number[];
    readonly groups: number;
    readonly sha256: string;
  };
  readonly split: { readonly scheme: string };
  readonly evaluation: {
    readonly accuracy?: Share;
    readonly per_class?: readonly { readonly name: string; readonly n: number; readonly recall?: Share }[];
    readonly warnings?: readonly string[];
  };
  readonly calibration: { readonly coverage: number; readonly threshold: number };
  readonly unknown_threshold: number | null;
  readonly versions: Readonly<Record<string, string>>;
  readonly licence: string;
  readonly notices: readonly string[];
}

/** Reads a card; one that this page cannot follow to the letter is refused. */
export function readCard(text: string | undefined): Card {
  if (text === undefined) throw new Refused("no-card");
  const card = JSON.parse(text) as Omit<Card, "fit"> & { readonly fit: string };
  if (card.schema !== SCHEMA) throw new Refused("schema", String(card.schema));
  if (card.fit === "handwriting") throw new Refused("handwriting");
  if (!FITS.includes(card.fit)) throw new Refused("fit", card.fit);
  return card as Card;
}

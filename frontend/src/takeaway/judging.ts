/** From a network's numbers to an answer, by the card's rules: as `sortal predict` answers. */

import type { Card } from "./card";
import type { Answered } from "./messages";

export interface Verdict {
  /** Kinds with their probabilities, likeliest first. */
  readonly kinds: readonly { readonly name: string; readonly share: number }[];
  readonly unknown: boolean;
  readonly distance: number | null;
  /** Those that contain the truth at the card's coverage. */
  readonly likely: readonly string[];
}

export function judge(card: Card, { probabilities, distance }: Pick<Answered, "probabilities" | "distance">): Verdict {
  const shares = Array.from(probabilities);
  const order = shares.map((_, k) => k).sort((a, b) => shares[b]! - shares[a]! || a - b);
  const limit = card.unknown_threshold;
  const member = (k: number): boolean => k === order[0] || 1 - shares[k]! <= card.calibration.threshold;
  return {
    kinds: order.map((k) => ({ name: card.classes[k]!, share: shares[k]! })),
    unknown: distance !== null && limit !== null && distance > limit,
    distance: distance === null ? null : Math.max(0, distance),
    likely: order.filter(member).map((k) => card.classes[k]!),
  };
}

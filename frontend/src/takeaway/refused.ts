/** Why a model or a picture cannot be used here; the catalogue has the sentence. */

export type Reason =
  | "no-card"
  | "schema"
  | "handwriting"
  | "fit"
  | "damaged-model"
  | "missing"
  | "empty"
  | "not-a-picture"
  | "truncated"
  | "damaged"
  | "no-decoder"
  | "deep-grey"
  | "cmyk"
  | "too-large";

export class Refused extends Error {
  constructor(
    readonly reason: Reason,
    readonly detail = "",
  ) {
    super(`${reason} ${detail}`.trim());
  }
}

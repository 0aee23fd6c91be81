/** All words of the page in the language of the person, and numbers as that language writes them. */

import { keepLanguage, knownLanguage, written } from "../../language";
import { de } from "./de";
import { en, type Texts } from "./en";

export type Language = "en" | "de";

export const LANGUAGES: Readonly<Record<Language, { readonly name: string; readonly texts: Texts }>> = {
  en: { name: "English", texts: en },
  de: { name: "Deutsch", texts: de },
};

/** The words in use. */
export let t: Texts = en;
export let language: Language = "en";

export function setLanguage(wanted: Language): void {
  language = wanted;
  t = LANGUAGES[wanted].texts;
  keepLanguage(wanted);
}

export const usualLanguage = (): Language => knownLanguage(LANGUAGES, "en");

export const decimal = (value: number, digits: number): string =>
  written(language, value, digits);

/** A share of 0 to 1 in whole per cent; one that only rounds to none or all is not called so. */
export function percent(share: number): string {
  const whole = Math.round(100 * share);
  if (whole === 100 && share < 1) return `> ${decimal(99, 0)} %`;
  if (whole === 0 && share > 0) return `< ${decimal(1, 0)} %`;
  return `${decimal(whole, 0)} %`;
}

export const megabytes = (bytes: number): string => `${decimal(bytes / 1e6, 1)} MB`;

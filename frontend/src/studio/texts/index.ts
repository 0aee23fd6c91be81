/** All words of the page, in the language of the person: one catalogue, whole in each language. */

import { keepLanguage, knownLanguage, written } from "../../language";
import { de } from "./de";
import { en, type Texts } from "./en";

export type Language = "en" | "de";

export const LANGUAGES: Readonly<Record<Language, { name: string; texts: Texts }>> = {
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

export const count = (n: number): string => new Intl.NumberFormat(language).format(n);

export const percent = (share: number, digits = 0): string =>
  `${written(language, 100 * share, digits)} %`;

export const decimal = (value: number, digits = 2): string =>
  written(language, value, digits);

/** A moment as people say it: the time if it was today, else the day too. */
export function moment(seconds: number): string {
  const date = new Date(seconds * 1000);
  const today = date.toDateString() === new Date().toDateString();
  const day: Intl.DateTimeFormatOptions = today ? {} : { day: "numeric", month: "short" };
  return new Intl.DateTimeFormat(language, { ...day, hour: "numeric", minute: "2-digit" }).format(date);
}

/** A length of time: "8 s", "3 min", "1 h 20 min". */
export function duration(seconds: number): string {
  if (seconds < 10) return `${count(Math.max(1, Math.round(seconds)))} s`;
  if (seconds < 90) return `${count(Math.round(seconds / 5) * 5)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${count(minutes)} min`;
  return `${count(Math.floor(minutes / 60))} h ${count(minutes % 60)} min`;
}

/** A size of a file: "12 MB". */
export function bytes(size: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  const power = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, size)) / 3));
  const value = size / 1000 ** power;
  return `${new Intl.NumberFormat(language, { maximumFractionDigits: value < 10 && power ? 1 : 0 }).format(value)} ${units[power]}`;
}

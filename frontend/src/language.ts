/** The language a page speaks: what was chosen here before, else what the browser wishes. */

const KEPT = "sortal-language";

export function keepLanguage(wanted: string): void {
  document.documentElement.lang = wanted;
  try {
    localStorage.setItem(KEPT, wanted);
  } catch {
    // A browser that keeps nothing asks the system again next time.
  }
}

/** What was chosen here before, else the first language of the browser that there is. */
export function knownLanguage<Language extends string>(all: Readonly<Record<Language, unknown>>, otherwise: Language): Language {
  let kept: string | null = null;
  try {
    kept = localStorage.getItem(KEPT);
  } catch {
    // see above
  }
  const wishes = kept ? [kept] : navigator.languages.map((one) => one.slice(0, 2));
  return (wishes.find((one) => one in all) as Language | undefined) ?? otherwise;
}

/** A number as the language writes it. */
export const written = (language: string, value: number, digits: number): string =>
  new Intl.NumberFormat(language, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value);

/**
 * The server's sentences in German. It speaks English to every face; those that a person meets on
 * the way are known here by their shape. One that is not stays English and is marked as such.
 */

import type { Sentence } from "./en";

const STAGES: Readonly<Record<string, string>> = {
  "Reading pictures": "Bilder werden gelesen",
  "Embedding pictures": "Bilder werden angesehen",
  "Looking for kin": "Verwandte werden gesucht",
  "Fitting the head": "Der Kopf lernt",
  "Judging": "Es wird geprüft",
  "Writing the report": "Der Bericht wird geschrieben",
};

export const stageInGerman = (stage: string): string => STAGES[stage] ?? stage;

type Pattern = readonly [RegExp, (...parts: string[]) => string];

const pictures = (count: string): string => (count === "1" ? "1 Bild" : `${dots(count)} Bilder`);
const dots = (count: string): string => count.replaceAll(",", ".");

const PATTERNS: readonly Pattern[] = [
  [/^New kind: (.+)$/, (name) => `Neue Art: ${name}`],
  [/^(.+) is now called (.+)$/, (old, name) => `${old} heißt jetzt ${name}`],
  [/^Kind removed: (.+)$/, (name) => `Art gelöscht: ${name}`],
  [/^([\d,]+) pictures? labelled unlabelled$/, (count) => `${pictures(count)} ohne Art`],
  [/^([\d,]+) pictures? labelled (.+)$/, (count, kind) => `${pictures(count)} als ${kind} bezeichnet`],
  [/^([\d,]+) pictures? grouped as (.+)$/, (count, group) => `${pictures(count)} zur Gruppe ${group} verbunden`],
  [/^([\d,]+) pictures? no longer grouped$/, (count) => `${pictures(count)} nicht mehr verbunden`],
  [/^([\d,]+) pictures? set aside$/, (count) => `${pictures(count)} beiseitegelegt`],
  [/^([\d,]+) pictures? taken back$/, (count) => `${pictures(count)} wieder aufgenommen`],
  [/^([\d,]+) pictures? removed$/, (count) => `${pictures(count)} entfernt`],
  [/^([\d,]+) pictures? added to (.+)$/, (count, kind) => `${pictures(count)} zu ${kind} hinzugefügt`],
  [/^([\d,]+) pictures? added$/, (count) => `${pictures(count)} hinzugefügt`],
  [
    /^On pictures it has never seen it is right (\d+) % of the time \((\d+) % interval (\d+) to (\d+), ([\d,]+) pictures(?: in ([\d,]+) groups)?\)\.$/,
    (share, level, low, high, count, groups) =>
      `Bei Bildern, die es nie gesehen hat, liegt es in ${share} % der Fälle richtig (${level}-%-Intervall ${low} bis ${high}, ${dots(count)} Bilder${groups ? ` in ${dots(groups)} Gruppen` : ""}).`,
  ],
  [
    /^It is not clearly better than always answering (.+), which is right (\d+ %) of the time\.$/,
    (kind, share) => `Es ist nicht klar besser, als immer ${kind} zu antworten; das stimmt in ${share} der Fälle.`,
  ],
  [
    /^A random split would have claimed (\d+ %) instead of (\d+ %): .+$/,
    (claimed, real) => `Eine zufällige Teilung hätte ${claimed} statt ${real} behauptet: Bilder einer Gruppe ähneln einander. Halten Sie Gruppen zusammen, und glauben Sie der kleineren Zahl.`,
  ],
  [/^Not tested at all, for want of pictures: (.+)\.$/, (names) => `Aus Mangel an Bildern gar nicht geprüft: ${names}.`],
  [
    /^Fewer than (\d+) pictures to judge by: (.+)\. Their scores .+$/,
    (least, names) => `Weniger als ${least} Bilder zum Beurteilen: ${names}. Ihre Werte sind kaum mehr als geraten; fügen Sie Bilder hinzu.`,
  ],
  [
    /^Fewer than (\d+) independent groups of pictures: (.+)\. Add .+$/,
    (least, names) => `Weniger als ${least} unabhängige Gruppen von Bildern: ${names}. Fügen Sie Bilder von anderen Gelegenheiten hinzu.`,
  ],
  [
    /^The interval of the accuracy spans (\d+) points: .+$/,
    (points) => `Das Intervall der Genauigkeit ist ${points} Punkte breit: zu wenige unabhängige Bilder für eine feste Aussage.`,
  ],
  [
    /^(.+) has (\d+) times as many pictures as (.+)\. Accuracy speaks mostly .+, (\d+ %), counts each kind alike\.$/,
    (most, times, least, share) => `${most} hat ${times}-mal so viele Bilder wie ${least}. Die Genauigkeit spricht vor allem von den häufigen Arten; die ausgewogene, ${share}, zählt jede gleich.`,
  ],
  [
    /^Its confidence is off by (\d+) points on average: it is (surer|right).+$/,
    (points, which) => `Seine Sicherheit liegt im Mittel um ${points} Punkte daneben: Es ist ${which === "surer" ? "sicherer, als es sein sollte" : "öfter im Recht, als es sagt"}. Lesen Sie die Prozente nicht als Wahrscheinlichkeiten.`,
  ],
  [/^Recognised less than half of the time: (.+)\.$/, (names) => `In weniger als der Hälfte der Fälle erkannt: ${names}.`],
];

export function inGerman(sentence: string): Sentence {
  for (const [shape, words] of PATTERNS) {
    const found = shape.exec(sentence);
    if (found) return { text: words(...found.slice(1)) };
  }
  return { text: sentence, lang: "en" };
}

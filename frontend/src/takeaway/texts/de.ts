/** The page's words in German. */

import type { Texts } from "./en";

const n = (value: number): string => new Intl.NumberFormat("de").format(value);
const pictures = (value: number): string => (value === 1 ? "1 Bild" : `${n(value)} Bilder`);

export const de: Texts = {
  page: (name) => `${name} · Bilder unterscheiden`,
  skip: "Zu den Antworten springen",
  loading: (share) => `Das Modell wird geladen: ${share}`,
  ready: (kinds, megabytes) =>
    `Das Modell ist bereit: ${n(kinds)} Arten, ${megabytes}. Alles geschieht in diesem Browser; kein Bild verlässt ihn.`,
  settings: { language: "Sprache", scheme: "Farben", system: "Wie das System", light: "Hell", dark: "Dunkel" },
  live: {
    title: "Kamera",
    lead: "Halten Sie etwas hoch; die Antwort folgt.",
    start: "Kamera starten",
    stop: "Kamera anhalten",
    heat: "Zeigen, wohin es schaut",
    video: "Was die Kamera sieht",
    rate: (rate) => `${rate} Antworten pro Sekunde`,
    insecure:
      "Browser geben die Kamera nur Seiten mit https-Adresse und von localhost. Bilder ablegen geht auch hier.",
    none: "Keine Kamera antwortet. Schließen Sie eine an, oder legen Sie unten Bilder ab.",
    refused: "Der Browser durfte die Kamera nicht benutzen. Erlauben Sie es in der Adresszeile und starten Sie neu.",
    taken: "Ein anderes Programm hält die Kamera. Schließen Sie es und starten Sie neu.",
  },
  files: {
    title: "Bilder",
    drop: "Bilder oder Ordner hier ablegen",
    choose: "Bilder wählen",
    lead: "Beliebig viele; sie bleiben auf diesem Rechner.",
    progress: (done, all) => `${n(done)} von ${all === 1 ? "1 Bild" : `${n(all)} Bildern`} beantwortet`,
    finished: (all, unknown, faults) =>
      `${pictures(all)} beantwortet` +
      (unknown ? `, ${n(unknown)} davon unbekannt` : "") +
      (faults ? `, ${n(faults)} nicht brauchbar` : "") +
      ".",
    csv: "Als CSV herunterladen",
    clear: "Liste leeren",
    table: "Antworten, Bild für Bild",
    picture: "Bild",
    answer: "Antwort",
    share: "Wahrscheinlichkeit",
    more: (count) => `${n(count)} weitere zeigen`,
    open: (name) => `${name} ansehen`,
  },
  answer: {
    unknown: "Ich weiß es nicht",
    unlike: "Es gleicht nichts von allem Gelernten; dann bedeuten die Balken nichts.",
    nearest: (kind) => `am nächsten: ${kind}`,
    bars: "Wie wahrscheinlich jede Art ist",
    others: (count, share) => `${n(count)} weitere Arten: zusammen ${share}`,
    among: (coverage) => `Darunter mit ${coverage} Sicherheit:`,
    square: "Wie das Netz es bekam",
    heated: "Wohin es für diese Antwort schaute: Hellgelb zählte am meisten",
    picture: "Das Bild",
  },
  large: { close: "Schließen", title: (name) => name },
  card: {
    title: "Über dieses Modell",
    right: (share, low, high, count) =>
      `Bei ${count === 1 ? "1 Bild, das" : `${n(count)} Bildern, die`} es nie gesehen hatte, lag es zu ${share} richtig (95-%-Intervall ${low} bis ${high}).`,
    unjudged: "Wie gut es ist, wurde nicht festgehalten.",
    warnings: "Zu beachten",
    kinds: "Arten",
    kind: "Art",
    found: "Gefunden von 100",
    learned: "Gelernte Bilder",
    tested: "Geprüft durch",
    schemes: {
      "cross-validation": "Kreuzvalidierung: jedes Bild beantwortete einmal ein Modell, das es nicht gesehen hatte",
      "held-out": "einen zurückgehaltenen Teil der Bilder",
      "named-test": "eigens benannte Bilder",
    },
    from: "Gelernt aus",
    groups: (name, all, groups) => `${name}: ${pictures(all)} in ${n(groups)} unabhängigen Gruppen`,
    network: "Netz",
    square: "Bild",
    fits: {
      pad: "mit Grau zum Quadrat ergänzt",
      squash: "zum Quadrat gestaucht",
      crop: "um die Mitte zum Quadrat geschnitten",
    },
    unknown: "Sagt „Ich weiß es nicht“",
    beyond: (distance) => `ab einem Abstand von ${distance}`,
    never: "nie",
    licence: "Lizenz der Gewichte",
    notices: "Hinweise, die mit den Gewichten reisen",
    made: "Gemacht mit",
    download: "Das Modell herunterladen (ONNX)",
    same: "Die Datei antwortet hier wie in Sortal: sortal predict model.onnx BILDER",
  },
  refused: {
    "no-card": "model.onnx ist kein Modell von Sortal: ihm fehlt die Karte. Exportieren Sie den Ordner neu mit sortal export.",
    schema:
      "model.onnx schrieb eine andere Version von Sortal als diese Seite. Exportieren Sie den Ordner neu mit sortal export.",
    handwriting:
      "Dieses Modell liest Handschrift. Sortal bereitet solche Bilder nach einer Regel vor, die diese Seite nicht kennt; sie würde falsch antworten und antwortet darum gar nicht. Nehmen Sie sortal predict.",
    fit: "Die Bilder dieses Modells werden nach einer Regel vorbereitet, die diese Seite nicht kennt. Exportieren Sie den Ordner neu mit sortal export.",
    "damaged-model": "model.onnx ist beschädigt oder läuft hier nicht. Kopieren Sie den Ordner neu.",
    missing:
      "Eine Datei dieses Ordners ist nicht lesbar. Kopieren Sie den ganzen Ordner und öffnen Sie ihn über einen Webserver: python3 -m http.server",
    empty: "Die Datei hat keinen Inhalt.",
    "not-a-picture": "Es ist kein Bild.",
    truncated: "Die Datei endet vor dem Bild. Kopieren oder laden Sie sie noch einmal.",
    damaged: "Der Browser kann es nicht entschlüsseln.",
    "no-decoder": "Browser lesen dieses Format nicht einheitlich. sortal predict liest es.",
    "deep-grey": "Grau mit 16 Bit skaliert Sortal nach einer Regel, die diese Seite nicht kennt. sortal predict liest es.",
    cmyk: "Browser machen aus CMYK andere Farben als Sortal. sortal predict liest es.",
    "too-large": "Es hat mehr Bildpunkte, als ein Browser fasst. sortal predict liest es.",
  },
};

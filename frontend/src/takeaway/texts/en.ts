/** The page's words in English; its shape is what every other language must have. */

import type { Reason } from "../refused";

const n = (value: number): string => new Intl.NumberFormat("en").format(value);
const pictures = (value: number): string => (value === 1 ? "1 picture" : `${n(value)} pictures`);

export const en = {
  page: (name: string) => `${name} · tell pictures apart`,
  skip: "Skip to the answers",
  loading: (share: string) => `Loading the model: ${share}`,
  ready: (kinds: number, megabytes: string) =>
    `The model is ready: ${n(kinds)} kinds, ${megabytes}. Everything happens in this browser; no picture leaves it.`,
  settings: { language: "Language", scheme: "Colours", system: "As the system", light: "Light", dark: "Dark" },
  live: {
    title: "Camera",
    lead: "Hold something up; the answer follows.",
    start: "Start the camera",
    stop: "Stop the camera",
    heat: "Show where it looks",
    video: "What the camera sees",
    rate: (rate: string) => `${rate} answers a second`,
    insecure: "Browsers give the camera to pages of https addresses and of localhost only. Dropped pictures work here too.",
    none: "No camera answers. Plug one in, or drop pictures below.",
    refused: "The browser was not allowed to use the camera. Allow it in the address bar, then start again.",
    taken: "Another program holds the camera. Close it, then start again.",
  },
  files: {
    title: "Pictures",
    drop: "Drop pictures or folders here",
    choose: "Choose pictures",
    lead: "Any number of them; they stay on this machine.",
    progress: (done: number, all: number) => `${n(done)} of ${pictures(all)} answered`,
    finished: (all: number, unknown: number, faults: number) =>
      `${pictures(all)} answered` +
      (unknown ? `, ${n(unknown)} of them unknown` : "") +
      (faults ? `, ${n(faults)} not usable` : "") +
      ".",
    csv: "Download as CSV",
    clear: "Clear the list",
    table: "Answers, picture by picture",
    picture: "Picture",
    answer: "Answer",
    share: "Probability",
    more: (count: number) => `Show ${n(count)} more`,
    open: (name: string) => `Look at ${name}`,
  },
  answer: {
    unknown: "I don't know",
    unlike: "It is unlike everything learned; the bars mean nothing then.",
    nearest: (kind: string) => `nearest: ${kind}`,
    bars: "How probable each kind is",
    others: (count: number, share: string) => `${n(count)} other kinds: ${share} together`,
    among: (coverage: string) => `Among these with ${coverage} certainty:`,
    square: "As the network took it",
    heated: "Where it looked for this answer: light yellow counted most",
    picture: "The picture",
  },
  large: { close: "Close", title: (name: string) => name },
  card: {
    title: "About this model",
    right: (share: string, low: string, high: string, count: number) =>
      `On pictures it had never seen it was right ${share} of the time (95 % interval ${low} to ${high}, ${pictures(count)}).`,
    unjudged: "How good it is was not recorded.",
    warnings: "Mind",
    kinds: "Kinds",
    kind: "Kind",
    found: "Found of 100",
    learned: "Pictures learned from",
    tested: "Tested by",
    schemes: {
      "cross-validation": "cross-validation: every picture was once answered by a model that had not seen it",
      "held-out": "a part of the pictures, held out",
      "named-test": "pictures named for it",
    } as Readonly<Record<string, string>>,
    from: "Learned from",
    groups: (name: string, all: number, groups: number) => `${name}: ${pictures(all)} in ${n(groups)} independent groups`,
    network: "Network",
    square: "Picture",
    fits: {
      pad: "padded with grey to a square",
      squash: "squashed to a square",
      crop: "cut to a square around the middle",
    } as Readonly<Record<string, string>>,
    unknown: "Says “I don't know”",
    beyond: (distance: string) => `beyond a distance of ${distance}`,
    never: "never",
    licence: "Licence of the weights",
    notices: "Notices that travel with the weights",
    made: "Made with",
    download: "Download the model (ONNX)",
    same: "The file answers here as in Sortal: sortal predict model.onnx PICTURES",
  },
  refused: {
    "no-card": "model.onnx is no model of Sortal: it has no card. Export the folder again with sortal export.",
    schema: "model.onnx was written by another version of Sortal than this page. Export the folder again with sortal export.",
    handwriting:
      "This model reads handwriting. Sortal prepares such pictures by a rule that this page does not know, so it would answer wrongly and does not answer at all. Use sortal predict.",
    fit: "This model's pictures are prepared by a rule that this page does not know. Export the folder again with sortal export.",
    "damaged-model": "model.onnx is damaged or cannot be run here. Copy the folder again.",
    missing:
      "A file of this folder cannot be read. Copy the whole folder, and open it through a web server: python3 -m http.server",
    empty: "The file has no content.",
    "not-a-picture": "It is no picture.",
    truncated: "The file ends before the picture does. Copy or download it again.",
    damaged: "The browser cannot decode it.",
    "no-decoder": "Browsers do not read this format alike. sortal predict reads it.",
    "deep-grey": "Grey of 16 bits is scaled by a rule of Sortal's that this page does not know. sortal predict reads it.",
    cmyk: "Browsers turn CMYK into other colours than Sortal. sortal predict reads it.",
    "too-large": "It has more pixels than a browser holds. sortal predict reads it.",
  } as Readonly<Record<Reason, string>>,
};

export type Texts = typeof en;

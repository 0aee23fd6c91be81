// Made by types.mjs from openapi.json, which scripts/write_openapi.py makes. Do not edit.

/** Kept pictures to add as one change; those of one burst of the camera are one group. */
export interface AddMessage {
  pictures: ReadonlyArray<KeptMessage>;
  kind: number | null;
  origin: "upload" | "webcam";
  group?: string | null;
}

/** What a run said of a picture that it had not learned from; confidence is 0-1. */
export interface AnswerMessage {
  picture: PictureMessage;
  truth: string;
  answer: string;
  confidence: number;
}

/** A part of the answers that were asked for, and how many there are in all. */
export interface AnswersMessage {
  answers: ReadonlyArray<AnswerMessage>;
  total: number;
}

/** An entry of the history; `at` is in seconds since 1970, UTC. */
export interface ChangeMessage {
  id: number;
  at: number;
  words: string;
  touched: number;
  undone: boolean;
  canRedo: boolean;
}

/** A picture on which two runs differ. */
export interface DifferenceMessage {
  picture: PictureMessage;
  became: "gone" | "new" | "other" | "right" | "wrong";
  before: string | null;
  after: string | null;
  truth: string;
}

/** How many pictures changed in which way, and some of each. */
export interface DifferencesMessage {
  counts: Readonly<Record<string, number>>;
  differences: ReadonlyArray<DifferenceMessage>;
}

/** How long training will take on this machine; null where nothing was measured yet. */
export interface EstimateMessage {
  seconds: number | null;
  pictures: number;
  new: number;
}

/** What is sent on the stream of events. */
export interface EventMessage {
  kind: "job" | "project";
  job: JobMessage | null;
  told: Readonly<Record<string, unknown>> | null;
}

/** Pictures to set aside, or to take back in. */
export interface ExcludeMessage {
  pictures: ReadonlyArray<number>;
  excluded: boolean;
}

/** A folder of this machine; without a kind, its own folders say the kinds. */
export interface FolderMessage {
  path: string;
  kind?: number | null;
}

/** Pictures that belong together, or None for no longer. */
export interface GroupMessage {
  pictures: ReadonlyArray<number>;
  group: string | null;
}

/** Pictures. */
export interface IdsMessage {
  pictures: ReadonlyArray<number>;
}

/** A piece of long work. */
export interface JobMessage {
  id: number;
  name: string;
  state: "cancelled" | "done" | "failed" | "running" | "waiting";
  step: StepMessage | null;
  told: Readonly<Record<string, unknown>> | null;
  result: Readonly<Record<string, unknown>> | null;
  message: string | null;
  began: number;
}

/** All known work, and the number of the last event, from which to follow on. */
export interface JobsMessage {
  jobs: ReadonlyArray<JobMessage>;
  lastEvent: number;
}

/** How good a run is; `confusion[i][j]` counts pictures of kind i that were called j. */
export interface JudgementMessage {
  run: RunMessage;
  headline: string;
  accuracy: number;
  interval: ReadonlyArray<number>;
  baseline: number;
  warnings: ReadonlyArray<string>;
  notes: ReadonlyArray<string>;
  classes: ReadonlyArray<string>;
  confusion: ReadonlyArray<ReadonlyArray<number>>;
  evaluation: Readonly<Record<string, unknown>>;
  suspects: ReadonlyArray<SuspectMessage>;
  kin: ReadonlyArray<KinMessage>;
  seconds: number;
}

/** A picture whose bytes were kept, and its name for people. */
export interface KeptMessage {
  sha256: string;
  path: string;
}

/** Pictures that belong together, and were kept on one side of the split. */
export interface KinMessage {
  pictures: ReadonlyArray<number>;
  why: ReadonlyArray<string>;
}

/** A kind with the number of its usable pictures. */
export interface KindMessage {
  id: number;
  name: string;
  pictures: number;
}

/** Pictures and the kind that they are; None for nobody knows. */
export interface LabelMessage {
  pictures: ReadonlyArray<number>;
  kind: number | null;
}

/** A kind with its calibrated probability, 0-1. */
export interface LikelyMessage {
  kind: string;
  probability: number;
}

/** A name for a kind or a group. */
export interface NameMessage {
  name: string;
}

/** A part of the pictures that were asked for, and how many there are in all. */
export interface PageMessage {
  pictures: ReadonlyArray<PictureMessage>;
  total: number;
}

/** One picture; its thumbnail is at /api/pictures/ID/thumbnail. */
export interface PictureMessage {
  id: number;
  sha256: string;
  path: string;
  kind: number | null;
  group: string | null;
  excluded: boolean;
  origin: "folder" | "upload" | "webcam";
  fault: string | null;
}

/** What a model says of a picture; `heat` is a data URL, or null where it has none. */
export interface PredictionMessage {
  kinds: ReadonlyArray<LikelyMessage>;
  unknown: boolean;
  distance: number | null;
  threshold: number | null;
  likely: ReadonlyArray<string>;
  notes: ReadonlyArray<string>;
  heat: string | null;
  seconds: number;
}

/** Why a request could not be fulfilled; `message` is for people. */
export interface Problem {
  kind: string;
  message: string;
}

/** The project as a whole. */
export interface ProjectMessage {
  name: string;
  folder: string;
  revision: number;
  kinds: ReadonlyArray<KindMessage>;
  unlabelled: number;
  excluded: number;
  faulty: number;
  canUndo: string | null;
  canRedo: string | null;
  hasDeep: boolean;
}

/** A training of the project; `at` in seconds since 1970, UTC. */
export interface RunMessage {
  id: number;
  at: number;
  state: "cancelled" | "done" | "failed" | "lost" | "running";
  options: Readonly<Record<string, unknown>>;
  headline: string | null;
  message: string | null;
}

/** How far a stage is; `total` is null where nobody knows. */
export interface StepMessage {
  stage: string;
  done: number;
  total: number | null;
  unit: string;
}

/** Under which hash the bytes of a picture were kept. */
export interface StoredMessage {
  sha256: string;
}

/** A label that may be wrong; the score is 0-1. */
export interface SuspectMessage {
  picture: number;
  given: string;
  suggested: string;
  score: number;
}

/**
 * What to train; everything has a measured default.
 *
 * `network` and what follows it ask for a network from parts, which needs `sortal[deep]`.
 */
export interface TrainMessage {
  backbone?: "lite0" | "lite2";
  fit?: "crop" | "pad" | "squash" | null;
  seed?: number;
  network?: string | null;
  recipe?: string | null;
  regime?: "auto" | "full" | "head" | "last" | "scratch" | null;
  epochs?: number | null;
}

type Word = string | number;

/** Every route: what varies in its path, what may follow, what it takes and gives. */
export interface Routes {
  /** The project. */
  "GET /api/project": { path: never; query: {}; takes: null; gives: ProjectMessage };
  /** Some of the pictures. */
  "GET /api/pictures": { path: never; query: { shelf?: Word; kind?: Word; start?: Word; count?: Word }; takes: null; gives: PageMessage };
  /** The changes. */
  "GET /api/history": { path: never; query: {}; takes: null; gives: ReadonlyArray<ChangeMessage> };
  /** Make a kind. */
  "POST /api/kinds": { path: never; query: {}; takes: NameMessage; gives: ProjectMessage };
  /** Rename a kind. */
  "PUT /api/kinds/{id}": { path: "id"; query: {}; takes: NameMessage; gives: ProjectMessage };
  /** Remove a kind. */
  "DELETE /api/kinds/{id}": { path: "id"; query: {}; takes: null; gives: ProjectMessage };
  /** Label pictures. */
  "POST /api/label": { path: never; query: {}; takes: LabelMessage; gives: ProjectMessage };
  /** Group pictures. */
  "POST /api/group": { path: never; query: {}; takes: GroupMessage; gives: ProjectMessage };
  /** Set aside. */
  "POST /api/exclude": { path: never; query: {}; takes: ExcludeMessage; gives: ProjectMessage };
  /** Remove pictures. */
  "POST /api/remove": { path: never; query: {}; takes: IdsMessage; gives: ProjectMessage };
  /** Take the last change back. */
  "POST /api/undo": { path: never; query: {}; takes: null; gives: ProjectMessage };
  /** Do it again. */
  "POST /api/redo": { path: never; query: {}; takes: null; gives: ProjectMessage };
  /** Keep the bytes of one picture. */
  "POST /api/store": { path: never; query: {}; takes: Blob; gives: StoredMessage };
  /** Add kept pictures, as one change. */
  "POST /api/add": { path: never; query: {}; takes: AddMessage; gives: ProjectMessage };
  /** Add the pictures of a zip. */
  "POST /api/archive": { path: never; query: { kind?: Word }; takes: Blob; gives: JobMessage };
  /** Add the pictures of a folder, which stay there. */
  "POST /api/folder": { path: never; query: {}; takes: FolderMessage; gives: JobMessage };
  /** Small. */
  "GET /api/pictures/{id}/thumbnail": { path: "id"; query: {}; takes: null; gives: Blob };
  /** Large. */
  "GET /api/pictures/{id}/preview": { path: "id"; query: {}; takes: null; gives: Blob };
  /** All known work. */
  "GET /api/jobs": { path: never; query: {}; takes: null; gives: JobsMessage };
  /** Stop work. */
  "DELETE /api/jobs/{id}": { path: "id"; query: {}; takes: null; gives: JobsMessage };
  /** Events as they come (text/event-stream, each an EventMessage). */
  "GET /api/events": { path: never; query: { after?: Word }; takes: null; gives: EventMessage };
  /** Train on what is labelled. */
  "POST /api/train": { path: never; query: {}; takes: TrainMessage; gives: JobMessage };
  /** How long training will take. */
  "GET /api/estimate": { path: never; query: {}; takes: null; gives: EstimateMessage };
  /** All trainings. */
  "GET /api/runs": { path: never; query: {}; takes: null; gives: ReadonlyArray<RunMessage> };
  /** How good it is. */
  "GET /api/runs/{id}": { path: "id"; query: {}; takes: null; gives: JudgementMessage };
  /** The pictures behind a number, the surest answers first. */
  "GET /api/runs/{id}/answers": { path: "id"; query: { truth?: Word; answer?: Word; wrong?: Word; start?: Word; count?: Word }; takes: null; gives: AnswersMessage };
  /** What changed since another run, picture by picture. */
  "GET /api/runs/{id}/differences": { path: "id"; query: { before?: Word }; takes: null; gives: DifferencesMessage };
  /** The model file. */
  "GET /api/runs/{id}/model": { path: "id"; query: {}; takes: null; gives: Blob };
  /** What the model says of a picture. */
  "POST /api/runs/{id}/predict": { path: "id"; query: { heat?: Word }; takes: Blob; gives: PredictionMessage };
  /** Where the model saw evidence for its answer. */
  "GET /api/runs/{id}/heat/{picture}": { path: "id" | "picture"; query: { answer?: Word }; takes: null; gives: Blob };
}

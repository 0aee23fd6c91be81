// Made by types.mjs from openapi.json, which scripts/write_openapi.py makes. Do not edit.

/**
 * Kept pictures to add as one change; those of one burst of the camera are one group.
 *
 * `kind` is the id of the kind of all of them; where it is null, each has the kind that its
 * own `kind` names, which is made where it is not there.
 */
export interface AddMessage {
  pictures: ReadonlyArray<KeptMessage>;
  kind: number | null;
  origin: "upload" | "webcam";
  group?: string | null;
}

/** Ids of the pictures that were added, and how many were there already. */
export interface AddedMessage {
  project: ProjectMessage;
  added: ReadonlyArray<number>;
  known: number;
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

/** Where to write the page that runs the model; `folder` as in `SortMessage`. */
export interface AppMessage {
  folder?: string | null;
}

/** Whether a stated confidence can be believed; `error` is the expected one, 0-1. */
export interface CalibrationMessage {
  error: number;
  errorBefore: number;
  bins: ReadonlyArray<ReliabilityMessage>;
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

/** One of several; `words` say what it is. */
export interface ChoiceMessage {
  name: string;
  words: string;
}

/** What may be chosen about training; networks and recipes need `has_deep`. */
export interface ChoicesMessage {
  backbones: ReadonlyArray<ChoiceMessage>;
  fits: ReadonlyArray<ChoiceMessage>;
  networks: ReadonlyArray<ChoiceMessage>;
  recipes: ReadonlyArray<ChoiceMessage>;
  regimes: ReadonlyArray<ChoiceMessage>;
  hasDeep: boolean;
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

/**
 * How long training will take on this machine.
 *
 * `seconds` is null where nothing like it was measured yet. `basis` says what it rests on:
 * earlier trainings, or a short trial of the network. `new` pictures must be looked at first.
 */
export interface EstimateMessage {
  seconds: number | null;
  basis: "nothing" | "training" | "trial";
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

/** A file that was made to be taken away, at /api/files/NAME; `size` in bytes. */
export interface FileMessage {
  name: string;
  size: number;
  at: number;
}

/** A folder in a list to choose from. */
export interface FolderEntry {
  name: string;
  path: string;
}

/** A folder of this machine; without a kind, its own folders say the kinds. */
export interface FolderMessage {
  path: string;
  kind?: number | null;
}

/**
 * What lies in a folder of this machine: its folders, and how many pictures beside them.
 *
 * `left_out` folders are not listed, for there are too many.
 */
export interface FoldersMessage {
  path: string;
  parent: string | null;
  folders: ReadonlyArray<FolderEntry>;
  leftOut: number;
  pictures: number;
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

/**
 * How good a run is; `confusion[i][j]` counts pictures of kind i that were called j.
 *
 * `claimed` is what a split that ignores kin would have claimed, or null. `has_heat` says
 * whether its model can tell where it looked. `evaluation` holds all numbers of the card.
 */
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
  perKind: ReadonlyArray<KindScoreMessage>;
  calibration: CalibrationMessage;
  claimed: number | null;
  hasHeat: boolean;
  evaluation: Readonly<Record<string, unknown>>;
  suspects: ReadonlyArray<SuspectMessage>;
  kin: ReadonlyArray<KinMessage>;
  seconds: number;
}

/** A picture whose bytes were kept, and its name for people. */
export interface KeptMessage {
  sha256: string;
  path: string;
  kind?: string | null;
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

/**
 * How one kind fares: `recall` is the share of it that is found, `precision` the share
 * of answers of it that are right; null where there was nothing to count.
 */
export interface KindScoreMessage {
  kind: string;
  n: number;
  precision: ScoreMessage | null;
  recall: ScoreMessage | null;
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

/**
 * Make the map: `run` is whose answers it shows, null for the last that was done.
 *
 * What lies on the map stays where it is unless `relayout` lets all of it move.
 */
export interface MakeMapMessage {
  run?: number | null;
  relayout?: boolean;
}

/**
 * The map there is, at /map/; a point's path begins with its picture's id and a slash.
 *
 * `run` is whose answers it shows. `stale` says that something was said or trained since.
 */
export interface MapMessage {
  ready: boolean;
  run: number | null;
  at: number | null;
  pictures: number;
  stale: boolean;
  notes: ReadonlyArray<string>;
}

/** A name for a kind or a group. */
export interface NameMessage {
  name: string;
}

/** A picture that is worth labelling: what the model says of it, and how sure it is, 0-1. */
export interface NextMessage {
  picture: PictureMessage;
  answer: string;
  confidence: number;
}

/**
 * Which pictures to label next, the most useful first, of how many without a label.
 *
 * `waiting` are not looked at yet and come later. `method` says in words how they were
 * chosen.
 */
export interface NextsMessage {
  pictures: ReadonlyArray<NextMessage>;
  unlabelled: number;
  waiting: number;
  method: string;
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

/** Answers of like confidence: how sure they were, and what share was right, both 0-1. */
export interface ReliabilityMessage {
  confidence: number;
  accuracy: number;
  n: number;
}

/** A training of the project; `at` in seconds since 1970, UTC. */
export interface RunMessage {
  id: number;
  at: number;
  state: "cancelled" | "done" | "failed" | "lost" | "running";
  options: Readonly<Record<string, unknown>>;
  headline: string | null;
  message: string | null;
  seconds: number | null;
}

/** A number 0-1 with its 95 % interval, and how many pictures it rests on. */
export interface ScoreMessage {
  value: number;
  low: number;
  high: number;
  n: number;
}

/** A threshold above 0, or null for what training found. */
export interface SetThresholdMessage {
  threshold: number | null;
}

/**
 * Copy pictures into folders, by the model's answer or by the label that they have.
 *
 * `folder` is the whole path of a folder of this machine; null makes a zip to download.
 */
export interface SortMessage {
  by?: "answer" | "label";
  folder?: string | null;
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
 * From which distance on a run's model answers "I don't know".
 *
 * `found` is what training found, `threshold` what holds: a person's own where `is_own`.
 * `quantiles` are 101 distances, evenly spaced in share: as far as learned pictures lay from
 * the rest; null where the model measures no distance, which has no threshold either.
 */
export interface ThresholdMessage {
  threshold: number | null;
  found: number | null;
  isOwn: boolean;
  quantiles: ReadonlyArray<number> | null;
}

/**
 * What to train; everything has a measured default.
 *
 * `network` or `recipe` ask for a network from parts, which needs `sortal[deep]`; what
 * follows them are fields of the recipe, written as on the command line (docs/recipes.md).
 */
export interface TrainMessage {
  backbone?: "lite0" | "lite2";
  fit?: "crop" | "handwriting" | "pad" | "squash" | null;
  seed?: number;
  network?: string | null;
  recipe?: string | null;
  regime?: "auto" | "full" | "head" | "last" | "scratch" | null;
  top?: string | null;
  last?: number | null;
  size?: number | null;
  channels?: 1 | 3 | null;
  scaling?: "centred" | "data" | "imagenet" | "unit" | null;
  initial?: "glorot" | "he" | "torch" | "zero" | null;
  optimiser?: string | null;
  rate?: number | null;
  momentum?: number | null;
  nesterov?: boolean | null;
  schedule?: string | null;
  batch?: number | null;
  epochs?: number | null;
  patience?: number | null;
  augment?: string | null;
  loss?: string | null;
  averaging?: string | null;
  precision?: "bfloat16" | "float32" | null;
  validation?: number | null;
  threads?: number | null;
}

type Word = string | number;

/** Every route: what varies in its path, what may follow, what it takes and gives. */
export interface Routes {
  /** The project. */
  "GET /api/project": { path: never; query: {}; takes: null; gives: ProjectMessage };
  /** Some of the pictures. */
  "GET /api/pictures": { path: never; query: { shelf?: Word; kind?: Word; start?: Word; count?: Word }; takes: null; gives: PageMessage };
  /** The pictures of these ids. */
  "POST /api/pictures": { path: never; query: {}; takes: IdsMessage; gives: PageMessage };
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
  "POST /api/add": { path: never; query: {}; takes: AddMessage; gives: AddedMessage };
  /** Add the pictures of a zip or of a Teachable Machine project (.tm). */
  "POST /api/archive": { path: never; query: { kind?: Word; name?: Word }; takes: Blob; gives: JobMessage };
  /** Add the pictures of a folder of this machine, which stay there. */
  "POST /api/folder": { path: never; query: {}; takes: FolderMessage; gives: JobMessage };
  /** Folders of this machine, to choose one from. */
  "GET /api/folders": { path: never; query: { path?: Word }; takes: null; gives: FoldersMessage };
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
  "GET /api/estimate": { path: never; query: { backbone?: Word }; takes: null; gives: EstimateMessage };
  /** What may be chosen about training. */
  "GET /api/choices": { path: never; query: {}; takes: null; gives: ChoicesMessage };
  /** All trainings. */
  "GET /api/runs": { path: never; query: {}; takes: null; gives: ReadonlyArray<RunMessage> };
  /** How good it is. */
  "GET /api/runs/{id}": { path: "id"; query: {}; takes: null; gives: JudgementMessage };
  /** The pictures behind a number, the surest answers first. */
  "GET /api/runs/{id}/answers": { path: "id"; query: { truth?: Word; answer?: Word; wrong?: Word; start?: Word; count?: Word }; takes: null; gives: AnswersMessage };
  /** What changed since another run, picture by picture. */
  "GET /api/runs/{id}/differences": { path: "id"; query: { before?: Word }; takes: null; gives: DifferencesMessage };
  /** The report. */
  "GET /api/runs/{id}/report": { path: "id"; query: {}; takes: null; gives: Blob };
  /** Which pictures to label next. */
  "GET /api/next": { path: never; query: { run?: Word; count?: Word }; takes: null; gives: NextsMessage };
  /** The map there is. */
  "GET /api/map": { path: never; query: {}; takes: null; gives: MapMessage };
  /** Make the map, or let it grow by what is new. */
  "POST /api/map": { path: never; query: {}; takes: MakeMapMessage; gives: JobMessage };
  /** A file of the map's site. */
  "GET /map/{path}": { path: "path"; query: {}; takes: null; gives: Blob };
  /** What the model says of a picture. */
  "POST /api/runs/{id}/predict": { path: "id"; query: { heat?: Word }; takes: Blob; gives: PredictionMessage };
  /** Where the model saw evidence for its answer. */
  "GET /api/runs/{id}/heat/{picture}": { path: "id" | "picture"; query: { answer?: Word }; takes: null; gives: Blob };
  /** When the model answers "I don't know". */
  "GET /api/runs/{id}/threshold": { path: "id"; query: {}; takes: null; gives: ThresholdMessage };
  /** Set when the model answers "I don't know". */
  "PUT /api/runs/{id}/threshold": { path: "id"; query: {}; takes: SetThresholdMessage; gives: ThresholdMessage };
  /** The model file. */
  "GET /api/runs/{id}/model": { path: "id"; query: {}; takes: null; gives: Blob };
  /** The model's card, as JSON. */
  "GET /api/runs/{id}/card": { path: "id"; query: {}; takes: null; gives: Blob };
  /** Answer to every picture of the project, as a CSV table. */
  "POST /api/runs/{id}/predictions": { path: "id"; query: {}; takes: null; gives: JobMessage };
  /** Copy the pictures into folders by kind; nothing is moved. */
  "POST /api/runs/{id}/sort": { path: "id"; query: {}; takes: SortMessage; gives: JobMessage };
  /** A folder with one page that runs the model in any browser. */
  "POST /api/runs/{id}/app": { path: "id"; query: {}; takes: AppMessage; gives: JobMessage };
  /** The project as one archive. */
  "POST /api/pack": { path: never; query: {}; takes: null; gives: JobMessage };
  /** Make a project folder of a packed project. */
  "POST /api/unpack": { path: never; query: { folder?: Word }; takes: Blob; gives: JobMessage };
  /** What was made. */
  "GET /api/files": { path: never; query: {}; takes: null; gives: ReadonlyArray<FileMessage> };
  /** One of them. */
  "GET /api/files/{name}": { path: "name"; query: {}; takes: null; gives: Blob };
  /** Remove it. */
  "DELETE /api/files/{name}": { path: "name"; query: {}; takes: null; gives: null };
}

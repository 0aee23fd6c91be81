/** The screens, in the order in which one goes through them. */

import type { ComponentType } from "preact";
import { Gather } from "./gather/gather";
import { Judge } from "./judge/judge";
import { MapScreen } from "./map/map";
import type { SIGNS } from "./parts/sign";
import type { Screen, Studio } from "./studio";
import { Take } from "./take/take";
import { Train } from "./train/train";
import { Try } from "./try/try";

export interface ScreenGiven {
  studio: Studio;
}

export const SCREENS: readonly { id: Screen; sign: keyof typeof SIGNS; View: ComponentType<ScreenGiven> }[] = [
  { id: "gather", sign: "gather", View: Gather },
  { id: "train", sign: "train", View: Train },
  { id: "judge", sign: "judge", View: Judge },
  { id: "map", sign: "map", View: MapScreen },
  { id: "try", sign: "try", View: Try },
  { id: "take", sign: "take", View: Take },
];

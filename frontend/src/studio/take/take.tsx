import type { ScreenGiven } from "../screens";
import { Title } from "../parts/title";
import { t } from "../texts";

export function Take(_: ScreenGiven) {
  return <Title words={t.screens.take} />;
}

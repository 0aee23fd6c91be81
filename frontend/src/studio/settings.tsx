/** Language and colours of the page, and which folder is open. */

import { Dialog } from "./parts/dialog";
import { schemeWish, setScheme, type Wish } from "./scheme";
import type { Studio } from "./studio";
import { language, LANGUAGES, setLanguage, t, type Language } from "./texts";

export function Settings({ studio, close }: { studio: Studio; close: () => void }) {
  return (
    <Dialog title={t.settings.title} close={close} class="small">
      <Choices
        legend={t.settings.language}
        all={Object.entries(LANGUAGES).map(([id, { name }]) => ({ id, name }))}
        chosen={language}
        choose={(id) => setLanguage(id as Language)}
        studio={studio}
      />
      <Choices
        legend={t.settings.scheme}
        all={(["system", "light", "dark"] as const).map((id) => ({ id, name: t.settings[id] }))}
        chosen={schemeWish()}
        choose={(id) => setScheme(id as Wish)}
        studio={studio}
      />
      <dl class="facts">
        <dt>{t.settings.folder}</dt>
        <dd>{studio.project?.folder}</dd>
      </dl>
      <p class="quiet">{t.settings.local}</p>
    </Dialog>
  );
}

interface ChoicesGiven {
  legend: string;
  all: readonly { id: string; name: string }[];
  chosen: string;
  choose: (id: string) => void;
  studio: Studio;
}

function Choices({ legend, all, chosen, choose, studio }: ChoicesGiven) {
  return (
    <fieldset class="choices">
      <legend>{legend}</legend>
      {all.map(({ id, name }) => (
        <label key={id} class={id === chosen ? "choice on" : "choice"}>
          <input type="radio" name={legend} checked={id === chosen} onChange={() => { choose(id); studio.changed(); }} />
          {name}
        </label>
      ))}
    </fieldset>
  );
}

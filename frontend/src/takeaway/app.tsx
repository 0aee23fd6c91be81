/** The whole page: the model loads, then the camera, the pictures and the card stand ready. */

import { useEffect, useState } from "preact/hooks";
import { schemeWish, setScheme, type Wish } from "../studio/scheme";
import { About, Headline } from "./about";
import { Asking } from "./asking";
import { Files } from "./files";
import { Live } from "./live";
import type { Loaded } from "./messages";
import { Pictures } from "./pictures";
import { Refused } from "./refused";
import { type Language, language, LANGUAGES, megabytes, percent, setLanguage, t } from "./texts";

export function App() {
  const [, draw] = useState(0);
  const again = (): void => draw((n) => n + 1);
  const [asking] = useState(() => new Asking());
  const [share, setShare] = useState(0);
  const [loaded, setLoaded] = useState<Loaded | null>(null);
  const [pictures, setPictures] = useState<Pictures | null>(null);
  const [refused, setRefused] = useState<Refused | null>(null);

  useEffect(() => {
    asking
      .load(setShare)
      .then((done) => {
        setPictures(new Pictures(asking, done.card, again));
        setLoaded(done);
      })
      .catch((error: Refused) => setRefused(error));
  }, []);
  const name = loaded?.card.data.name ?? "Sortal";
  useEffect(() => {
    document.title = loaded ? t.page(name) : "Sortal";
  });

  return (
    <>
      <a class="skip" href="#main">
        {t.skip}
      </a>
      <header class="head">
        <p class="mark">Sortal</p>
        <Settings changed={again} />
      </header>
      <main id="main" tabIndex={-1}>
        <h1>{name}</h1>
        {loaded && <Headline card={loaded.card} />}
        <p role="status" class="quiet">
          {loaded && t.ready(loaded.card.classes.length, megabytes(loaded.bytes))}
          {!loaded && !refused && t.loading(percent(share))}
        </p>
        {refused && (
          <p role="alert" class="refused">
            {t.refused[refused.reason]}
          </p>
        )}
        {loaded && pictures && (
          <>
            <Live asking={asking} card={loaded.card} />
            <Files asking={asking} card={loaded.card} pictures={pictures} />
            <About card={loaded.card} />
          </>
        )}
      </main>
    </>
  );
}

function Settings({ changed }: { changed: () => void }) {
  const schemes: Wish[] = ["system", "light", "dark"];
  return (
    <div class="settings">
      <label>
        <span>{t.settings.language}</span>
        <select
          value={language}
          onChange={({ currentTarget }) => (setLanguage(currentTarget.value as Language), changed())}
        >
          {Object.entries(LANGUAGES).map(([key, one]) => (
            <option key={key} value={key} lang={key}>
              {one.name}
            </option>
          ))}
        </select>
      </label>
      <label>
        <span>{t.settings.scheme}</span>
        <select value={schemeWish()} onChange={({ currentTarget }) => (setScheme(currentTarget.value as Wish), changed())}>
          {schemes.map((one) => (
            <option key={one} value={one}>
              {t.settings[one]}
            </option>
          ))}
        </select>
      </label>
    </div>
  );
}

/** What can be chosen of a training; closed until somebody wants to. Everything has a measured default. */

import { useId, useState } from "preact/hooks";
import type { ComponentChildren } from "preact";
import type { ChoicesMessage, TrainMessage } from "../api";
import { call } from "../client";
import type { Studio } from "../studio";
import { t } from "../texts";

export const USUAL: TrainMessage = { backbone: "lite0", fit: null, seed: 0, network: null, recipe: null, size: null, regime: null, epochs: null };
/** The network of layers that is offered first. */
export const USUAL_NETWORK = "cnn";
const FITS = ["pad", "squash", "crop", "handwriting"] as const;
const REGIMES = ["scratch", "head", "last", "full", "auto"] as const;

/** Whether a network of layers is asked for, though its name may be left empty while one types. */
export const byBackpropagation = (asked: TrainMessage): boolean => asked.network != null || asked.recipe != null;

interface Given {
  studio: Studio;
  asked: TrainMessage;
  set: (asked: TrainMessage) => void;
}

export function Details({ studio, asked, set }: Given) {
  const change = (values: Partial<TrainMessage>) => set({ ...asked, ...values });
  const isDeep = byBackpropagation(asked);
  const [choices, setChoices] = useState<ChoicesMessage | null>(null);
  const open = () => choices ?? void call("GET /api/choices").then(setChoices, (error: Error) => studio.fail(error));
  return (
    <details class="more-choices" onToggle={open}>
      <summary>{t.train.choices}</summary>
      <div class="fields">
        <Field label={t.train.method} explain={t.train.methodWhy[isDeep ? "network" : "head"]}>
          {(id) => (
            <select id={id} value={isDeep ? "network" : "head"} onChange={(event) => change(event.currentTarget.value === "network" ? { network: USUAL_NETWORK } : USUAL)}>
              <option value="head">{t.train.methods.head}</option>
              <option value="network" disabled={!studio.project!.hasDeep}>{t.train.methods.network}</option>
            </select>
          )}
        </Field>
        {isDeep ? <Deep asked={asked} change={change} choices={choices} /> : <Head asked={asked} change={change} />}
        <Field label={t.train.seed} explain={t.train.seedWhy}>
          {(id) => (
            <input id={id} type="number" min={0} max={4294967295} value={asked.seed ?? 0} onInput={(event) => change({ seed: Math.max(0, Math.floor(Number(event.currentTarget.value) || 0)) })} />
          )}
        </Field>
      </div>
      {!studio.project!.hasDeep && <p class="quiet">{t.train.noDeep} <code>pip install 'sortal[deep]'</code></p>}
    </details>
  );
}

type Part = { asked: TrainMessage; change: (values: Partial<TrainMessage>) => void };

function Head({ asked, change }: Part) {
  return (
    <>
      <Field label={t.train.backbone} explain={t.train.backboneWhy}>
        {(id) => (
          <select id={id} value={asked.backbone ?? "lite0"} onChange={(event) => change({ backbone: event.currentTarget.value as "lite0" | "lite2" })}>
            <option value="lite0">{t.train.backbones.lite0}</option>
            <option value="lite2">{t.train.backbones.lite2}</option>
          </select>
        )}
      </Field>
      <Field label={t.train.fit} explain={t.train.fitWhy}>
        {(id) => (
          <select id={id} value={asked.fit ?? ""} onChange={(event) => change({ fit: (event.currentTarget.value || null) as TrainMessage["fit"] & {} | null })}>
            <option value="">{t.train.fits.usual}</option>
            {FITS.map((one) => <option key={one} value={one}>{t.train.fits[one]}</option>)}
          </select>
        )}
      </Field>
    </>
  );
}

function Deep({ asked, change, choices }: Part & { choices: ChoicesMessage | null }) {
  const list = useId();
  return (
    <>
      <Field label={t.train.network} explain={t.train.networkWhy}>
        {(id) => (
          <>
            <input id={id} type="text" list={list} spellcheck={false} value={asked.network ?? ""} onInput={(event) => change({ network: event.currentTarget.value })} />
            <datalist id={list}>{choices?.networks.map(({ name, words }) => <option key={name} value={name}>{words}</option>)}</datalist>
          </>
        )}
      </Field>
      <Field label={t.train.size} explain={t.train.sizeWhy}>
        {(id) => <input id={id} type="number" min={8} value={asked.size ?? ""} onInput={(event) => change({ size: Number(event.currentTarget.value) || null })} />}
      </Field>
      <Field label={t.train.regime} explain={t.train.regimeWhy}>
        {(id) => (
          <select id={id} value={asked.regime ?? ""} onChange={(event) => change({ regime: (event.currentTarget.value || null) as (typeof REGIMES)[number] | null })}>
            <option value="">{t.train.fits.usual}</option>
            {REGIMES.map((one) => <option key={one} value={one}>{t.train.regimes[one]}</option>)}
          </select>
        )}
      </Field>
      <Field label={t.train.recipe} explain={t.train.recipeWhy}>
        {(id) => (
          <select id={id} value={asked.recipe ?? ""} onChange={(event) => change(event.currentTarget.value ? { recipe: event.currentTarget.value, network: null } : { recipe: null, network: USUAL_NETWORK })}>
            <option value="">{t.train.recipeNone}</option>
            {choices?.recipes.map(({ name, words }) => <option key={name} value={name} title={words}>{name}</option>)}
          </select>
        )}
      </Field>
      <Field label={t.train.epochs} explain={t.train.epochsWhy}>
        {(id) => <input id={id} type="number" min={1} value={asked.epochs ?? ""} onInput={(event) => change({ epochs: Number(event.currentTarget.value) || null })} />}
      </Field>
    </>
  );
}

function Field({ label, explain, children }: { label: string; explain: string; children: (id: string) => ComponentChildren }) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children(id)}
      <p class="quiet">{explain}</p>
    </div>
  );
}

/** What can be chosen of a training; closed until somebody wants to. Everything has a measured default. */

import { useId } from "preact/hooks";
import type { ComponentChildren } from "preact";
import type { TrainMessage } from "../api";
import type { Studio } from "../studio";
import { t } from "../texts";

export const USUAL: TrainMessage = { backbone: "lite0", fit: null, seed: 0, network: null, recipe: null, regime: null, epochs: null };
const NETWORKS = ["perceptron", "mlp", "cnn", "lenet", "alexnet", "vgg16", "efficientnet-lite0", "efficientnet-lite2"];
const REGIMES = ["scratch", "head", "last", "full", "auto"] as const;

interface Given {
  studio: Studio;
  asked: TrainMessage;
  set: (asked: TrainMessage) => void;
}

export function Details({ studio, asked, set }: Given) {
  const change = (values: Partial<TrainMessage>) => set({ ...asked, ...values });
  const isDeep = asked.network != null;
  return (
    <details class="more-choices">
      <summary>{t.train.choices}</summary>
      <div class="fields">
        <Field label={t.train.method} explain={t.train.methodWhy[isDeep ? "network" : "head"]}>
          {(id) => (
            <select id={id} value={isDeep ? "network" : "head"} onChange={(event) => change(event.currentTarget.value === "network" ? { network: "cnn" } : USUAL)}>
              <option value="head">{t.train.methods.head}</option>
              <option value="network" disabled={!studio.project!.hasDeep}>{t.train.methods.network}</option>
            </select>
          )}
        </Field>
        {isDeep ? <Deep asked={asked} change={change} /> : <Head asked={asked} change={change} />}
        <Field label={t.train.seed} explain={t.train.seedWhy}>
          {(id) => (
            <input id={id} type="number" min={0} max={4294967295} value={asked.seed ?? 0} onChange={(event) => change({ seed: Math.max(0, Math.floor(Number(event.currentTarget.value) || 0)) })} />
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
            {(["pad", "squash", "crop"] as const).map((one) => <option key={one} value={one}>{t.train.fits[one]}</option>)}
          </select>
        )}
      </Field>
    </>
  );
}

function Deep({ asked, change }: Part) {
  const list = useId();
  return (
    <>
      <Field label={t.train.network} explain={t.train.networkWhy}>
        {(id) => (
          <>
            <input id={id} type="text" list={list} spellcheck={false} value={asked.network ?? ""} onChange={(event) => change({ network: event.currentTarget.value })} />
            <datalist id={list}>{NETWORKS.map((one) => <option key={one} value={one} />)}</datalist>
          </>
        )}
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
        {(id) => <input id={id} type="text" spellcheck={false} value={asked.recipe ?? ""} onChange={(event) => change({ recipe: event.currentTarget.value || null })} />}
      </Field>
      <Field label={t.train.epochs} explain={t.train.epochsWhy}>
        {(id) => <input id={id} type="number" min={1} value={asked.epochs ?? ""} onChange={(event) => change({ epochs: Number(event.currentTarget.value) || null })} />}
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

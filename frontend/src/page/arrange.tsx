/** Which layout, and what it can be trusted for. */

import type { Model } from "./model";

export function Arrange({ model }: { model: Model }) {
  const { layouts } = model.manifest;
  const layout = layouts.find((one) => one.id === model.layout);
  return (
    <section class="part" aria-labelledby="arrange">
      <h2 id="arrange">Arrange</h2>
      <div class="choices" role="radiogroup" aria-labelledby="arrange">
        {layouts.map((one) => (
          <label key={one.id} class={one.id === model.layout ? "choice on" : "choice"}>
            <input
              type="radio"
              name="layout"
              value={one.id}
              checked={one.id === model.layout}
              onChange={() => void model.setLayout(one.id)}
            />
            {one.title}
          </label>
        ))}
      </div>
      {model.busy && <p class="quiet" role="status">{model.busy} …</p>}
      {layout?.fidelity && <Fidelity key={layout.id} words={layout.fidelity.words} />}
      {layout?.annotations.filter((one) => one.role === "note").map((one) => <p class="quiet">{one.text}</p>)}
    </section>
  );
}

/** The first sentence says what counts most; the others are one press away. */
function Fidelity({ words }: { words: string }) {
  const end = /[.!?] (?=[A-Z])/.exec(words);
  if (!end) return <p class="quiet">{words}</p>;
  return (
    <>
      <p class="quiet">{words.slice(0, end.index + 1)}</p>
      <details>
        <summary class="quiet">How far to trust it</summary>
        <p class="quiet">{words.slice(end.index + 2)}</p>
      </details>
    </>
  );
}

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
      {layout?.fidelity && <p class="quiet fidelity">{layout.fidelity.words}</p>}
      {layout?.annotations.filter((one) => one.role === "note").map((one) => <p class="quiet">{one.text}</p>)}
    </section>
  );
}

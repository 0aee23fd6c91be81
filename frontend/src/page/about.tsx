/** What a person should know about this map: notes, files that could not be used, who made it. */

import type { Model } from "./model";
import { SchemeButton } from "./scheme";
import { count } from "./words";

export function About({ model }: { model: Model }) {
  const { notes, faults, made_by: maker, layouts } = model.manifest;
  return (
    <section class="part" aria-labelledby="about">
      <h2 id="about">About this map</h2>
      {notes.map((note) => (
        <p class="quiet">{note}</p>
      ))}
      {layouts.filter((one) => one.fidelity).length > 1 && (
        <details>
          <summary>How far each arrangement can be trusted</summary>
          <dl class="facts">
            {layouts.map((one) => (
              <>
                <dt>{one.title}</dt>
                <dd>{one.fidelity?.words ?? "It does not claim that neighbours look alike."}</dd>
              </>
            ))}
          </dl>
        </details>
      )}
      {faults.count > 0 && (
        <details>
          <summary>
            {faults.count === 1 ? "1 file could not be used" : `${count(faults.count)} files could not be used`}
          </summary>
          <ul class="faults">
            {faults.first.map(([path, reason]) => (
              <li key={path}>
                <bdi>{path}</bdi>
                <span class="quiet">{reason}</span>
              </li>
            ))}
          </ul>
          {faults.count > faults.first.length && (
            <p class="quiet">The first {count(faults.first.length)} are listed.</p>
          )}
        </details>
      )}
      <SchemeButton model={model} />
      <p class="quiet">Made by {maker}. This page asks no other computer for anything.</p>
    </section>
  );
}

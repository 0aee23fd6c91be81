/** The card for people: how good the model is, for what, and where it comes from. */

import type { Card } from "./card";
import { decimal, percent, t } from "./texts";

export function Headline({ card }: { card: Card }) {
  const { accuracy } = card.evaluation;
  if (!accuracy) return <p class="lead">{t.card.unjudged}</p>;
  const { low, high } = accuracy.interval;
  return <p class="lead">{t.card.right(percent(accuracy.value), percent(low), percent(high), accuracy.n)}</p>;
}

export function About({ card }: { card: Card }) {
  const { evaluation } = card;
  const warnings = evaluation.warnings ?? [];
  return (
    <section class="panel" aria-labelledby="about">
      <h2 id="about">{t.card.title}</h2>
      {warnings.length > 0 && (
        <>
          <h3>{t.card.warnings}</h3>
          <ul class="dots" lang="en">
            {warnings.map((text) => (
              <li key={text}>{text}</li>
            ))}
          </ul>
        </>
      )}
      <Facts card={card} />
      <h3>{t.card.kinds}</h3>
      <Kinds card={card} />
      {card.notices.length > 0 && (
        <details>
          <summary>{t.card.notices}</summary>
          <pre tabIndex={0} lang="en" aria-label={t.card.notices}>
            {card.notices.join("\n\n")}
          </pre>
        </details>
      )}
      <p>
        <a href="model.onnx" download>
          {t.card.download}
        </a>
      </p>
      <p class="quiet">{t.card.same}</p>
    </section>
  );
}

function Facts({ card }: { card: Card }) {
  const { data, trunk, size, fit } = card;
  const all = data.per_class.reduce((sum, n) => sum + n, 0);
  const limit = card.unknown_threshold;
  const facts: [string, string][] = [
    [t.card.from, t.card.groups(data.name, all, data.groups)],
    [t.card.tested, t.card.schemes[card.split.scheme] ?? card.split.scheme],
    [t.card.network, `${trunk.name} (${trunk.source})`],
    [t.card.square, `${size} × ${size}, ${t.card.fits[fit] ?? fit}`],
    [t.card.unknown, limit === null ? t.card.never : t.card.beyond(decimal(limit, 3))],
    [t.card.made, Object.entries(card.versions).map((one) => one.join(" ")).join(", ")],
    [t.card.licence, card.licence],
  ];
  return (
    <dl class="facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Kinds({ card }: { card: Card }) {
  const found = new Map((card.evaluation.per_class ?? []).map((one) => [one.name, one.recall]));
  return (
    <div class="scroll" role="region" aria-label={t.card.kinds} tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">{t.card.kind}</th>
            <th scope="col" class="figure">
              {t.card.found}
            </th>
            <th scope="col" class="figure">
              {t.card.learned}
            </th>
          </tr>
        </thead>
        <tbody>
          {card.classes.map((name, k) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td class="figure">{hundredths(found.get(name))}</td>
              <td class="figure">{decimal(card.data.per_class[k] ?? 0, 0)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function hundredths(share: { value: number; interval: { low: number; high: number } } | undefined): string {
  if (!share) return "";
  const [value, low, high] = [share.value, share.interval.low, share.interval.high].map((one) => decimal(100 * one, 0));
  return `${value} (${low}–${high})`;
}

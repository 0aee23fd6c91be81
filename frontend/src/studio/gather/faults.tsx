/** What came of the last upload or folder: what was not taken, and why. */

import { useState } from "preact/hooks";
import type { Studio } from "../studio";
import { Sign } from "../parts/sign";
import { t } from "../texts";
import type { Refused } from "./uploads";

const SHOWN = 200;

export function Faults({ studio }: { studio: Studio }) {
  const { uploads } = studio;
  const job = studio.work.last("gather");
  const result = job?.state === "done" ? (job.result as { faults?: Refused[]; notes?: string[] } | null) : null;
  return (
    <>
      <Report title={t.gather.refused(uploads.faults.length)} faults={uploads.faults} notes={uploads.clutter ? [t.gather.clutter(uploads.clutter)] : []} />
      <Report title={t.gather.refused(result?.faults?.length ?? 0)} faults={result?.faults ?? []} notes={result?.notes ?? []} />
    </>
  );
}

function Report({ title, faults, notes }: { title: string; faults: readonly Refused[]; notes: readonly string[] }) {
  const [away, setAway] = useState<unknown>(null);
  const all = `${faults.length} ${notes.join()}`;
  if ((!faults.length && !notes.length) || away === all) return null;
  return (
    <section class="report" aria-label={title}>
      <details>
        <summary>
          <Sign of="warn" /> {faults.length ? title : t.gather.notes}
        </summary>
        <ul>
          {notes.map((note) => <li key={note} lang={t.told(note).lang}>{t.told(note).text}</li>)}
          {faults.slice(0, SHOWN).map((fault, i) => (
            <li key={i}>
              <strong>{fault.path}</strong> <span lang={t.told(fault.message).lang}>{t.told(fault.message).text}</span>
            </li>
          ))}
          {faults.length > SHOWN && <li>{t.words.andMore(faults.length - SHOWN)}</li>}
        </ul>
      </details>
      <button type="button" class="icon" aria-label={t.words.dismiss} onClick={() => setAway(all)}>
        <Sign of="close" size={14} />
      </button>
    </section>
  );
}

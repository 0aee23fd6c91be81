/** Rename, merge, delete: what is done to a kind as a whole. */

import { useState } from "preact/hooks";
import type { KindMessage } from "../api";
import { call } from "../client";
import { Dialog } from "../parts/dialog";
import { Menu } from "../parts/menu";
import { Prompt } from "../parts/prompt";
import { Sign } from "../parts/sign";
import type { Studio } from "../studio";
import { t } from "../texts";

export function KindMenu({ studio, kind }: { studio: Studio; kind: KindMessage }) {
  const [open, setOpen] = useState<"rename" | "merge" | null>(null);
  const others = studio.project!.kinds.filter((one) => one.id !== kind.id);
  const path = { id: kind.id };
  return (
    <>
      <Menu label={t.gather.more(kind.name)} face={<Sign of="more" />} class="right">
        <button type="button" onClick={() => setOpen("rename")}>{t.gather.rename}</button>
        {others.length > 0 && <button type="button" onClick={() => setOpen("merge")}>{t.gather.merge}</button>}
        <button type="button" onClick={() => void studio.change(call("DELETE /api/kinds/{id}", { path }), t.done.kindRemoved(kind.name))}>
          {t.gather.remove}
        </button>
      </Menu>
      {open === "rename" && (
        <Prompt
          title={t.gather.renameTitle(kind.name)}
          label={t.gather.name}
          value={kind.name}
          close={() => setOpen(null)}
          done={(name) => void studio.change(call("PUT /api/kinds/{id}", { path, body: { name } }), t.done.kindRenamed(kind.name, name))}
        />
      )}
      {open === "merge" && <Merge studio={studio} kind={kind} others={others} close={() => setOpen(null)} />}
    </>
  );
}

interface MergeGiven {
  studio: Studio;
  kind: KindMessage;
  others: readonly KindMessage[];
  close: () => void;
}

function Merge({ studio, kind, others, close }: MergeGiven) {
  const [into, setInto] = useState(others[0].id);
  return (
    <Dialog title={t.gather.mergeTitle(kind.name)} close={close} class="small">
      <form class="prompt" onSubmit={(event) => { event.preventDefault(); close(); void merge(studio, kind, into); }}>
        <p class="quiet">{t.gather.mergeWhy(kind.name)}</p>
        <label for="merge-into">{t.gather.mergeInto}</label>
        <select id="merge-into" value={into} onChange={(event) => setInto(Number(event.currentTarget.value))}>
          {others.map((one) => <option key={one.id} value={one.id}>{one.name}</option>)}
        </select>
        <div class="actions end">
          <button type="button" onClick={close}>{t.words.cancel}</button>
          <button type="submit" class="primary">{t.gather.mergeDo}</button>
        </div>
      </form>
    </Dialog>
  );
}

/** Labels all pictures of a kind anew, those set aside too, then removes it. */
async function merge(studio: Studio, kind: KindMessage, into: number): Promise<void> {
  const ids: number[] = [];
  try {
    for (let start = 0; ; start += 500) {
      const page = await call("GET /api/pictures", { query: { shelf: "all", kind: kind.id, start, count: 500 } });
      ids.push(...page.pictures.map((picture) => picture.id));
      if (start + 500 >= page.total) break;
    }
  } catch (error) {
    return studio.fail(error as Error);
  }
  const done = t.done.merged(kind.name, studio.kindName(into));
  if (ids.length && !(await studio.change(call("POST /api/label", { body: { pictures: ids, kind: into } })))) return;
  await studio.change(call("DELETE /api/kinds/{id}", { path: { id: kind.id } }));
  studio.tell(done);
  studio.go("gather");
}

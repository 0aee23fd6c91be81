/** Everything that was said of the pictures, newest first; what was taken back is struck through. */

import { Dialog } from "./parts/dialog";
import { Sign } from "./parts/sign";
import type { Studio } from "./studio";
import { count, moment, t } from "./texts";

export function History({ studio, close }: { studio: Studio; close: () => void }) {
  const { project, history } = studio;
  return (
    <Dialog title={t.history.title} close={close} class="history">
      <div class="actions">
        <button type="button" disabled={!project?.canUndo} onClick={() => void studio.undo()}>
          <Sign of="undo" /> {t.history.undo}
        </button>
        <button type="button" disabled={!project?.canRedo} onClick={() => void studio.redo()}>
          <Sign of="redo" /> {t.history.redo}
        </button>
      </div>
      {history.length === 0 && <p class="quiet">{t.history.none}</p>}
      <ol class="changes" tabIndex={0} aria-label={t.history.title}>
        {history.map((change) => {
          const { text, lang } = t.told(change.words);
          return (
            <li key={change.id} class={change.undone ? "undone" : ""}>
              <span lang={lang}>{change.undone ? <s>{text}</s> : text}</span>
              <span class="quiet">
                {change.undone && `${t.history.takenBack} · `}
                {change.touched > 1 && `${t.history.touched(count(change.touched))} · `}
                {moment(change.at)}
              </span>
            </li>
          );
        })}
      </ol>
    </Dialog>
  );
}

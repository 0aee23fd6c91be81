/** Asks for one name. */

import { useId, useState } from "preact/hooks";
import { t } from "../texts";
import { Dialog } from "./dialog";

interface Given {
  title: string;
  label: string;
  explain?: string;
  value?: string;
  action?: string;
  done: (name: string) => void;
  close: () => void;
}

export function Prompt({ title, label, explain, value = "", action = t.words.ok, done, close }: Given) {
  const [name, setName] = useState(value);
  const id = useId();
  return (
    <Dialog title={title} close={close} class="small">
      <form
        method="dialog"
        class="prompt"
        onSubmit={(event) => {
          event.preventDefault();
          if (!name.trim()) return;
          close();
          done(name.trim());
        }}
      >
        {explain && <p class="quiet">{explain}</p>}
        <label for={id}>{label}</label>
        <input id={id} type="text" value={name} maxLength={200} autoFocus autocomplete="off" onInput={(event) => setName(event.currentTarget.value)} />
        <div class="actions end">
          <button type="button" onClick={close}>{t.words.cancel}</button>
          <button type="submit" class="primary" disabled={!name.trim()}>{action}</button>
        </div>
      </form>
    </Dialog>
  );
}

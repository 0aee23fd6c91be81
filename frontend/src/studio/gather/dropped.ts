/** What was dropped or chosen, as a stream of files with the kinds that their folders say. */

export interface Incoming {
  /** Opens it; asked for when its turn comes, for opening thousands takes far longer than naming them. */
  open: () => Promise<File>;
  /** From the dropped folder on; a name for people. */
  path: string;
  /** The kind that its folder says; null where none does. */
  label: string | null;
}

/** Files that systems leave in folders; nobody means them. */
const CLUTTER = /^(\.|thumbs\.db$|desktop\.ini$|__macosx$)/i;
const PACKED = /\.(zip|tm)$/i;

export const isPacked = (path: string): boolean => PACKED.test(path);
export const isClutter = (path: string): boolean => path.split("/").some((part) => CLUTTER.test(part));

/** Walks what was dropped. Must be called in the drop's own event; it may be read later. */
export function dropped(transfer: DataTransfer): AsyncIterable<Incoming> {
  const entries: FileSystemEntry[] = [];
  const loose: File[] = [];
  for (const item of transfer.items) {
    if (item.kind !== "file") continue;
    const entry = item.webkitGetAsEntry();
    const file = entry ? null : item.getAsFile();
    if (entry) entries.push(entry);
    if (file) loose.push(file);
  }
  return walk(entries, loose);
}

async function* walk(entries: readonly FileSystemEntry[], loose: readonly File[]): AsyncIterable<Incoming> {
  for (const file of loose) yield { open: async () => file, path: file.name, label: null };
  for (const entry of entries) {
    if (isFile(entry)) yield { open: () => fileOf(entry), path: entry.name, label: null };
    else if (isFolder(entry)) yield* walkTop(entry);
  }
}

/** A folder of folders says a kind with each of these; a folder of pictures is one kind. */
async function* walkTop(folder: FileSystemDirectoryEntry): AsyncIterable<Incoming> {
  const children = await childrenOf(folder);
  const folders = children.filter(isFolder).filter((one) => !isClutter(one.name));
  const label = folders.length ? null : folder.name;
  for (const file of children.filter(isFile)) yield { open: () => fileOf(file), path: `${folder.name}/${file.name}`, label };
  for (const one of folders) yield* walkBelow(one, `${folder.name}/${one.name}`, one.name);
}

async function* walkBelow(folder: FileSystemDirectoryEntry, path: string, label: string): AsyncIterable<Incoming> {
  for (const one of await childrenOf(folder)) {
    const below = `${path}/${one.name}`;
    if (isFile(one)) yield { open: () => fileOf(one), path: below, label };
    else if (isFolder(one)) yield* walkBelow(one, below, label);
  }
}

/** Files of a file or folder picker, by the same rule. */
export async function* chosen(files: Iterable<File>): AsyncIterable<Incoming> {
  const all = [...files];
  const deep = new Set(all.map((file) => parts(file)).filter((one) => one.length > 2 && !isClutter(one[1])).map(([top]) => top));
  for (const file of all) {
    const [top, second, ...rest] = parts(file);
    const label = second === undefined ? null : !deep.has(top) ? top : rest.length ? second : null;
    yield { open: async () => file, path: file.webkitRelativePath || file.name, label };
  }
}

const parts = (file: File): string[] => (file.webkitRelativePath || file.name).split("/");

const isFile = (entry: FileSystemEntry): entry is FileSystemFileEntry => entry.isFile;
const isFolder = (entry: FileSystemEntry): entry is FileSystemDirectoryEntry => entry.isDirectory;

function fileOf(entry: FileSystemFileEntry): Promise<File> {
  return new Promise((resolve, reject) => entry.file(resolve, reject));
}

/** All children, by name; a browser gives them a hundred at a time. */
async function childrenOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const all: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (!some.length) return all.sort((a, b) => a.name.localeCompare(b.name, "en", { numeric: true }));
    all.push(...some);
  }
}

/** One entry of the archive. `mode`: with the file type bits, as in stat(2). */
export interface ArchiveEntry {
  readonly path: string;
  readonly mode: number;
  readonly content?: Uint8Array;
}

const MAGIC = '070701';
const TRAILER = 'TRAILER!!!';

/** A cpio archive in the form that the kernel unpacks: Documentation/driver-api/early-userspace/buffer-format.rst. */
export function newcArchive(entries: readonly ArchiveEntry[]): Buffer {
  const all = [...entries, { path: TRAILER, mode: 0 }];
  return Buffer.concat(all.flatMap((entry, index) => entryParts(entry, index + 1)));
}

function entryParts({ path, mode, content = new Uint8Array() }: ArchiveEntry, inode: number): Buffer[] {
  const name = Buffer.from(`${path}\0`, 'latin1');
  const fields = [inode, mode, 0, 0, 1, 0, content.length, 0, 0, 0, 0, name.length, 0];
  const head = Buffer.from(MAGIC + fields.map((field) => field.toString(16).padStart(8, '0')).join(''), 'latin1');
  return [padded(Buffer.concat([head, name])), padded(Buffer.from(content))];
}

function padded(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc(-bytes.length & 3)]);
}

import { EINVAL } from '../../../abi/negative-errno.ts';
import type { Kernel } from '../../../kernel/kernel.ts';
import { KERN, printk } from '../../../kernel/log/printk.ts';
import { kzalloc } from '../../../kernel/memory/heap.ts';
import { subsystem } from '../../../kernel/subsystem.ts';
import type { Address } from '../../../memory/address.ts';
import type { Session } from '../../core/session.ts';
import { readGuestText, writeBytes } from '../../guest-text.ts';
import { type GuestCall, type KernelFunction, rowsOf } from '../../kernel-function.ts';
import { addTreeNode, findTreeNode, removeTree, treeNodes } from '../../vfs/tree.ts';

/** A table without an end is not followed further. */
const MAX_ENTRIES = 512;
/** `S_IRUGO | S_IWUGO`: what an entry's mode may have. */
const READ_AND_WRITE = 0o666;

/** The paths that each registered table made. */
const tableState = subsystem('sysctlTables', () => ({ paths: {} as Record<string, string[]> }));

const field = (session: Session, table: Address, name: string): Address => session.pointerAt(table, 'ctl_table', name);

/** `register_sysctl`: a file for each entry, and the directories on the way. The header, or NULL. */
function register(call: GuestCall, directory: string, table: Address): Address {
  const { session, kernel } = call;
  const complaint = tableComplaint(session, directory.replace(/\/+$/, ''), table);
  if (complaint !== undefined) {
    printk(kernel, KERN.ERR, complaint);
    return 0;
  }
  const paths = addEntries(session, `proc/sys/${directory}`.replace(/\/+$/, ''), table);
  const header = kzalloc(kernel, session.fields.size('ctl_table_header') || 96);
  tableState(kernel).paths[header] = paths;
  return header;
}

/** `sysctl_check_table` and `insert_header`, fs/proc/proc_sysctl.c: what the log says of the first entry that is refused. */
function tableComplaint(session: Session, directory: string, table: Address): string | undefined {
  const { memory } = session;
  const size = session.fields.size('ctl_table');
  for (let index = 0; index < MAX_ENTRIES; index++) {
    const entry = table + index * size;
    const nameAt = field(session, entry, 'procname');
    if (nameAt === 0) return undefined;
    if (hasChild(session, entry)) continue;
    const name = memory.readCString(nameAt);
    const mode = memory.readU16(session.at(entry, 'ctl_table', 'mode'));
    const failed = (what: string): string => `sysctl table check failed: ${directory}/${name} ${what}`;
    if (field(session, entry, 'proc_handler') === 0) return failed('No proc_handler');
    if ((mode & READ_AND_WRITE) !== mode) return failed(`bogus .mode 0${mode.toString(8)}`);
    if (findTreeNode(session.kernel, `proc/sys/${directory}/${name}`))
      return `sysctl duplicate entry: /${directory}/${name}`;
  }
  return undefined;
}

function hasChild(session: Session, entry: Address): boolean {
  return session.fields.find('ctl_table', 'child') !== undefined && field(session, entry, 'child') !== 0;
}

function addEntries(session: Session, directory: string, table: Address): string[] {
  const paths: string[] = [];
  const size = session.fields.size('ctl_table');
  for (let index = 0; index < MAX_ENTRIES; index++) {
    const entry = table + index * size;
    const name = field(session, entry, 'procname');
    if (name === 0) break;
    paths.push(...addEntry(session, `${directory}/${session.memory.readCString(name)}`, entry));
  }
  return paths;
}

function addEntry(session: Session, path: string, entry: Address): string[] {
  const child = session.fields.find('ctl_table', 'child') === undefined ? 0 : field(session, entry, 'child');
  if (child !== 0) return addEntries(session, path, child);
  const mode = session.memory.readU16(session.at(entry, 'ctl_table', 'mode')) & 0o777;
  addDirectories(session, path);
  addTreeNode(session.kernel, { path, kind: 'file', mode, object: entry, source: { kind: 'sysctl', table: entry } });
  return [path];
}

function addDirectories({ kernel }: Session, path: string): void {
  for (let at = path.indexOf('/', 'proc/sys/'.length); at > 0; at = path.indexOf('/', at + 1)) {
    const directory = path.slice(0, at);
    if (!findTreeNode(kernel, directory))
      addTreeNode(kernel, { path: directory, kind: 'directory', mode: 0o555, object: 0 });
  }
}

function unregister(call: GuestCall): void {
  const { paths } = tableState(call.kernel);
  for (const path of paths[call.pointer(0)] ?? []) {
    removeTree(call.kernel, path);
    dropDirectories(call.kernel, path);
  }
  delete paths[call.pointer(0)];
}

/** `drop_sysctl_table`: directories that no table has a file in any more. */
function dropDirectories(kernel: Kernel, path: string): void {
  for (let at = path.lastIndexOf('/'); at > 'proc/sys'.length; at = path.lastIndexOf('/', at - 1)) {
    const directory = path.slice(0, at);
    if (treeNodes(kernel).some((node) => node.path.startsWith(`${directory}/`))) return;
    removeTree(kernel, directory);
  }
}

/** What a handler is asked: the table's entry, the text and its length, and the position. */
interface Request {
  readonly session: Session;
  readonly data: Address;
  readonly count: number;
  readonly writing: boolean;
  readonly text: string;
  readonly lower: bigint | undefined;
  readonly upper: bigint | undefined;
}

/** How the numbers of an entry stand in memory. */
interface Kind {
  readonly size: number;
  readonly signed: boolean;
}

const INT: Kind = { size: 4, signed: true };
const UNSIGNED: Kind = { size: 4, signed: false };
const LONG: Kind = { size: 8, signed: false };

function readNumber({ memory }: Session, at: Address, { size, signed }: Kind): bigint {
  const bits = size === 4 ? BigInt(memory.readU32(at)) : memory.readU64(at);
  return signed ? BigInt.asIntN(size * 8, bits) : bits;
}

function writeNumber({ memory }: Session, at: Address, { size }: Kind, value: bigint): void {
  if (size === 4) memory.writeU32(at, Number(BigInt.asUintN(32, value)));
  else memory.writeU64(at, BigInt.asUintN(64, value));
}

/** `do_proc_dointvec`: the numbers with tabs between them, or what was written into them; a negative errno. */
function numbers(request: Request, kind: Kind): string | number {
  const { session, data, count, writing, text, lower, upper } = request;
  const places = Array.from({ length: Math.floor(count / kind.size) }, (_, index) => data + index * kind.size);
  if (!writing) return `${places.map((at) => readNumber(session, at, kind)).join('\t')}\n`;
  const words = text.split('\0', 1)[0]!.trim().split(/\s+/);
  for (const [index, word] of words.slice(0, places.length).entries()) {
    if (!/^-?(0x[0-9a-f]+|\d+)$/i.test(word)) return EINVAL;
    const value = word.startsWith('-') ? -BigInt(word.slice(1)) : BigInt(word);
    const range = kind.signed ? 1n << 31n : 1n << BigInt(kind.size * 8);
    if (value >= range || value < (kind.signed ? -range : 0n)) return EINVAL;
    if ((lower !== undefined && value < lower) || (upper !== undefined && value > upper)) return EINVAL;
    writeNumber(session, places[index]!, kind, value);
  }
  return '';
}

/** `proc_dostring`: the text up to its NUL and a newline; what is written ends at a newline. */
function string({ session, data, count, writing, text }: Request): string | number {
  if (!writing) return `${session.memory.readCString(data, count)}\n`;
  writeBytes(session, data, `${text.split(/[\n\0]/, 1)[0]!.slice(0, count - 1)}\0`);
  return '';
}

/** A handler of the table: reads and writes by `(table, write, buffer, lenp, ppos)`. */
function handler(answer: (request: Request) => string | number, limits?: Kind): KernelFunction {
  return (call) => {
    const { session, memory } = call;
    const [table, writing, buffer, lengthAt, positionAt] = [
      call.pointer(0),
      call.int(1) !== 0,
      call.pointer(2),
      call.pointer(3),
      call.pointer(4),
    ];
    const length = Number(memory.readU64(lengthAt));
    if (!writing && memory.readU64(positionAt) > 0n) return done(session, lengthAt, 0);
    const limit = (name: string): bigint | undefined => {
      const at = limits ? field(session, table, name) : 0;
      return at === 0 || !limits ? undefined : readNumber(session, at, limits);
    };
    const text = writing ? readGuestText(session, buffer, length) : '';
    const count = memory.readU32(session.at(table, 'ctl_table', 'maxlen'));
    const data = field(session, table, 'data');
    const shown = answer({ session, data, count, writing, text, lower: limit('extra1'), upper: limit('extra2') });
    if (typeof shown === 'number') return shown;
    if (!writing) writeBytes(session, buffer, shown.slice(0, length));
    const moved = writing ? length : Math.min(shown.length, length);
    memory.writeU64(positionAt, memory.readU64(positionAt) + BigInt(moved));
    return done(session, lengthAt, moved);
  };
}

function done({ memory }: Session, lengthAt: Address, count: number): number {
  memory.writeU64(lengthAt, BigInt(count));
  return 0;
}

const HANDLERS: readonly (readonly [name: string, model: KernelFunction])[] = [
  ['proc_dointvec', handler((request) => numbers(request, INT))],
  ['proc_dointvec_minmax', handler((request) => numbers(request, INT), INT)],
  ['proc_douintvec', handler((request) => numbers(request, UNSIGNED))],
  ['proc_douintvec_minmax', handler((request) => numbers(request, UNSIGNED), UNSIGNED)],
  ['proc_doulongvec_minmax', handler((request) => numbers(request, LONG), LONG)],
  ['proc_dostring', handler(string)],
];

/** Settings that modules bring to /proc/sys: kernel/sysctl.c, fs/proc/proc_sysctl.c. */
export const sysctlFunctions = () => [
  ...rowsOf('kernel/sysctl.c', [
    ...HANDLERS.map(
      ([name, model]) =>
        [`int ${name}(struct ctl_table *table, int write, void *buffer, size_t *lenp, loff_t *ppos)`, model] as const,
    ),
  ]),
  ...rowsOf('fs/proc/proc_sysctl.c', [
    [
      'struct ctl_table_header *register_sysctl(const char *path, struct ctl_table *table)',
      (call) => register(call, call.string(0), call.pointer(1)),
    ],
    [
      'struct ctl_table_header *register_sysctl_table(struct ctl_table *table)',
      (call) => register(call, '', call.pointer(0)),
    ],
    ['void unregister_sysctl_table(struct ctl_table_header *header)', unregister],
  ]),
  ...rowsOf('net/sysctl_net.c', [
    [
      'struct ctl_table_header *register_net_sysctl(struct net *net, const char *path, struct ctl_table *table)',
      (call) => register(call, call.string(1), call.pointer(2)),
    ],
    ['void unregister_net_sysctl_table(struct ctl_table_header *header)', unregister],
  ]),
];

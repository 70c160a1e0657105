import { addNode, charDevices } from '../kernel/devices/char-devices.ts';
import { changeMachine } from '../state/machine.ts';
import type { AppletContext } from './applet.ts';
import { plainApplet } from './command-line/plain-applet.ts';
import { guestPath } from './machine/guest-files.ts';

const USAGE = `Usage: kobox mknod [-m MODE] NAME TYPE MAJOR MINOR

Make a node of a device in the emulated /dev.

	-m MODE	Permissions in octal (644)
	TYPE	c or u: a character device; b: a block device

Examples:
  kobox mknod /dev/hello c 222 0
`;
const DEFAULT_MODE = 0o644;

/** What mknod(1) was asked for. */
interface Wanted {
  readonly name: string;
  readonly type: 'c' | 'b';
  readonly major: number;
  readonly minor: number;
  readonly mode: number;
}

function parse(argv: readonly string[]): Wanted | undefined {
  const hasMode = argv[0] === '-m';
  const [name, type, major, minor, ...rest] = hasMode ? argv.slice(2) : argv;
  const mode = hasMode ? Number.parseInt(argv[1] ?? '', 8) : DEFAULT_MODE;
  const kind = type === 'u' ? 'c' : type;
  if (name === undefined || (kind !== 'c' && kind !== 'b') || rest.length > 0) return undefined;
  const numbers = [Number(major), Number(minor), mode];
  if (numbers.some((value) => !Number.isInteger(value) || value < 0)) return undefined;
  return { name, type: kind, major: numbers[0]!, minor: numbers[1]!, mode };
}

async function run(context: AppletContext): Promise<number | undefined> {
  const wanted = parse(context.argv);
  if (!wanted) return undefined;
  const full = guestPath(context, wanted.name);
  const path = full.startsWith('dev/') ? full.slice('dev/'.length) : full;
  const made = await changeMachine(context.options, (kernel) => {
    if (charDevices(kernel).nodes.some((node) => node.path === path)) return false;
    const { type, major, minor, mode } = wanted;
    addNode(kernel, { path, type, major, minor, mode });
    return true;
  });
  if (made) return 0;
  context.stderr.write(`mknod: ${wanted.name}: File exists\n`);
  return 1;
}

/** mknod: coreutils/mknod.c of busybox, on the emulated /dev. */
export const mknod = plainApplet('mknod', USAGE, run);

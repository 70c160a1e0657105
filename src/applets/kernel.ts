import type { Applet, AppletContext } from './applet.ts';

const USAGE = `Usage: kobox kernel import IMAGE [--config F] [--symvers F] [--system-map F] [--release R] [-o FILE]
       kobox kernel list
       kobox kernel use RELEASE
       kobox kernel show RELEASE [--exports] [--struct NAME] [--json]
       kobox kernel diff RELEASE RELEASE [--json]

The kernels that this machine can run: what each is to a module, taken from its vmlinuz.

Examples:
  kobox kernel import /boot/vmlinuz-6.1.0-56-amd64 --config /boot/config-6.1.0-56-amd64
  kobox kernel use 6.1.0-56-amd64
`;

type Verb = (context: AppletContext, words: readonly string[]) => Promise<number>;

/** Verb → what it does with the words behind it. */
const VERBS: Readonly<Record<string, () => Promise<Verb>>> = {
  import: async () => (await import('./kernel/import.ts')).importImage,
  list: async () => (await import('./kernel/list.ts')).listKernels,
  use: async () => (await import('./kernel/use.ts')).useKernel,
  show: async () => (await import('./kernel/show.ts')).showKernel,
  diff: async () => (await import('./kernel/diff.ts')).diffKernels,
};

/** `kernel import|list|use|show|diff`: the kernel profiles of the machine. */
export const kernel: Applet = {
  name: 'kernel',
  async run(context) {
    const [verb = '', ...words] = context.argv;
    if (Object.hasOwn(VERBS, verb)) return (await VERBS[verb]!())(context, words);
    const asked = verb === '--help' || verb === '-h';
    (asked ? context.stdout : context.stderr).write(USAGE);
    return asked ? 0 : 1;
  },
};

import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type DebianKernel, debianImage, debianKernel } from './packages.ts';

/** The kernel whose profile comes with the package, and whose recordings are compared. */
const PINNED = '6.1.0-56-amd64';
const LAYOUTS = 'test/debian/real-layouts.json.gz';
const DEFAULT_PROFILE = 'src/profile/default/6.1.0-56-amd64.kernel';

/** One step: what it is called and the command. */
interface Step {
  readonly title: string;
  readonly command: readonly string[];
}

const script = (file: string, ...words: string[]): string[] => ['node', 'test/run.mjs', `test/${file}`, ...words];

/** `npm run test:debian`: every step on a Debian kernel, one line a step at the end. Exit status 1 when one failed. */
function main(): number {
  const kernel = debianKernel(PINNED);
  const pinned = kernel.release === PINNED;
  console.log(pinned ? `kernel ${PINNED}` : `kernel ${PINNED} is no longer to be had: ${kernel.release} in its place`);
  const scratch = mkdtempSync(join(tmpdir(), 'kobox-debian-'));
  const results = stepsFor(kernel, pinned, scratch).map(runStep);
  rmSync(scratch, { recursive: true, force: true });
  for (const { title, passed, seconds } of results)
    console.log(`${passed ? 'ok    ' : 'FAILED'} ${title} (${seconds.toFixed(0)} s)`);
  const failed = results.filter(({ passed }) => !passed).length;
  console.log(`${results.length - failed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

function stepsFor(kernel: DebianKernel, pinned: boolean, scratch: string): Step[] {
  const root = join(scratch, 'root');
  const kobox = ['bin/kobox', '--root', root];
  const own = join(root, 'boot', `${kernel.release}.kernel`);
  const text = join(scratch, 'text.kernel');
  const noLayouts = join(scratch, 'no-layouts.json.gz');
  writeFileSync(noLayouts, gzipSync('{}'));
  const load = pinned ? [LAYOUTS, DEFAULT_PROFILE] : [noLayouts, own];
  const steps: Step[] = [
    {
      title: 'the kernel is imported from its image',
      command: [...kobox, 'kernel', 'import', kernel.vmlinuz, '--config', kernel.config],
    },
    {
      title: 'all modules load, and lie in memory as in the real kernel',
      command: script('debian/main.ts', kernel.moduleTree, ...load),
    },
    {
      title: 'check: all load on the kernel that was imported, all are refused on another',
      command: script('debian/check-tree.ts', kernel.moduleTree, otherKernel(kernel), root),
    },
    {
      title: "the kernel's own code is imported",
      command: ['bin/kobox', 'kernel', 'import', kernel.vmlinuz, '--config', kernel.config, '--text', '-o', text],
    },
    {
      title: "models answer as the kernel's own code",
      command: script('debian/compare-text.ts', text),
    },
    {
      title: 'a changed byte in any part of a signed module is caught',
      command: script('debian/flipped-bytes.ts', kernel.moduleTree, '200', '1', own),
    },
    {
      title: 'instructions are decoded as iced-x86 decodes them',
      command: script('debian/decode-modules.ts', kernel.moduleTree, '200'),
    },
  ];
  if (kernel.symvers) {
    steps.push({
      title: 'exports equal Module.symvers',
      command: script('debian/import-kernels.ts', kernel.vmlinuz, kernel.symvers),
    });
  }
  return [...steps, ...optionalSteps(kernel)];
}

/** The same version built for another purpose: its vermagic differs. */
function otherKernel({ release }: DebianKernel): string {
  return debianImage(release.replace('-amd64', '-rt-amd64'));
}

/** Steps whose programs stand beside this one. */
function optionalSteps(kernel: DebianKernel): Step[] {
  return [
    { title: 'depmod writes what kmod writes', file: 'debian/depmod.ts', words: [kernel.moduleTree] },
    {
      title: 'init functions run to their end',
      file: 'debian/run-inits.ts',
      words: [kernel.moduleTree, ...someModules(kernel)],
    },
  ]
    .filter(({ file }) => existsSync(`test/${file}`))
    .map(({ title, file, words }) => ({ title, command: script(file, ...words) }));
}

/** Every so many-th module of the tree's modules.order: all 3,556 inits take minutes (`run-inits.ts TREE`). */
function someModules({ moduleTree }: DebianKernel): string[] {
  const lines = readFileSync(join(moduleTree, 'modules.order'), 'utf8').split('\n').filter(Boolean);
  return lines.filter((_, index) => index % 40 === 0).map((line) => basename(line, '.ko').replaceAll('-', '_'));
}

function runStep({ title, command }: Step) {
  console.log(`\n== ${title}`);
  const start = performance.now();
  const [program, ...words] = command;
  const { status } = spawnSync(program!, words, { stdio: 'inherit' });
  return { title, passed: status === 0, seconds: (performance.now() - start) / 1000 };
}

process.exitCode = main();

/**
 * Records what the real tools answer to the command lines of command-lines.ts: `npm run record:kmod`.
 * Each root becomes a directory that the tools see as `/` (chroot: needs root), with plain files as /proc and /sys, so
 * that no real kernel is asked or changed. Needs kmod and busybox-static; KMOD34 names a directory with kmod 34's
 * `bin/kmod`, `ld.so` and `lib/` for the rows of that tool (they are left as they were without it).
 */
import { execFileSync, spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir, release as unameRelease } from 'node:os';
import { dirname, join } from 'node:path';
import { COMMAND_GROUPS, type CommandGroup, type RecordedTool } from './command-lines.ts';
import { layOutRoot } from './lay-out-root.ts';
import { ROOTS } from './roots.ts';

const HERE = 'test/kmod/recorded';
const RELEASE = unameRelease();
const KMOD34 = process.env['KMOD34'];
const TOOLS = ['modprobe', 'modinfo', 'lsmod', 'depmod', 'rmmod', 'insmod'];

const libraries = (program: string) =>
  [...execFileSync('ldd', [program], { encoding: 'utf8' }).matchAll(/(\/\S+) \(/g)].map((match) => match[1]!);

function copyIn(jail: string, path: string): void {
  mkdirSync(join(jail, dirname(path)), { recursive: true });
  cpSync(path, join(jail, path), { dereference: true });
}

function furnish(jail: string): void {
  for (const program of ['/bin/kmod', '/bin/sh', '/bin/echo', '/bin/true', '/bin/false']) {
    for (const path of [program, ...libraries(program)]) copyIn(jail, path);
  }
  cpSync('/bin/busybox', join(jail, 'bin/busybox'), { dereference: true });
  for (const tool of TOOLS) symlinkSync('/bin/kmod', join(jail, 'bin', tool));
  if (KMOD34 !== undefined) cpSync(KMOD34, join(jail, 'kmod34'), { recursive: true, dereference: true });
}

function argvOf(tool: RecordedTool, words: readonly string[]): string[] {
  if (tool === 'kmod') return words.slice();
  if (tool === 'busybox') return ['busybox', ...words];
  return [
    '/kmod34/ld.so',
    '--library-path',
    '/kmod34/lib',
    '--argv0',
    words[0]!,
    '/kmod34/bin/kmod',
    ...words.slice(1),
  ];
}

const inJail = (text: string) => text.replaceAll('RELEASE', RELEASE).replace(/(^|=|["'])@/g, '$1');

function run(jail: string, group: CommandGroup, line: string) {
  const words = argvOf(group.tool, line.split(' ').map(inJail));
  const environment = Object.entries(group.environment ?? {}).map(
    ([name, value]) => `${name}=${value.replaceAll('@', '')}`,
  );
  const inside = ['/bin/sh', '-c', 'cd "$1"; shift; exec "$@"', 'sh', `/${group.cwd ?? ''}`];
  const command = ['-i', 'PATH=/bin', ...environment, '/usr/sbin/chroot', jail, ...inside, ...words];
  const { stdout, stderr, status } = spawnSync('/usr/bin/env', command, { encoding: 'latin1' });
  const told = (text: string) => text.replaceAll(RELEASE, 'RELEASE').replace(/ctx=0x[0-9a-f]+/g, 'ctx=(nil)');
  return { stdout: told(stdout), stderr: told(stderr), exit: status };
}

function indexesOf(jail: string): Record<string, string> {
  const directory = join(jail, 'lib/modules', RELEASE);
  if (!existsSync(directory)) return {};
  const names = readdirSync(directory).filter((name) => name.startsWith('modules.'));
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(directory, name)).toString('base64')]));
}

function main(): void {
  const before = existsSync(`${HERE}/answers.json`) ? JSON.parse(readFileSync(`${HERE}/answers.json`, 'utf8')) : [];
  const answers = [];
  const trees: Record<string, Record<string, string>> = {};
  for (const [number, group] of COMMAND_GROUPS.entries()) {
    const { root, tool, lines } = group;
    if (tool === 'kmod34' && KMOD34 === undefined) {
      answers.push(...before.filter((answer: { group: number }) => answer.group === number));
      continue;
    }
    const jail = mkdtempSync(join(tmpdir(), 'record-kmod-'));
    layOutRoot(jail, ROOTS[root]!, RELEASE);
    furnish(jail);
    if (ROOTS[root]!.depmod) {
      execFileSync('chroot', [jail, 'depmod', RELEASE]);
      trees[root] ??= indexesOf(jail);
    }
    for (const line of lines) answers.push({ group: number, root, tool, line, ...run(jail, group, line) });
    rmSync(jail, { recursive: true });
  }
  writeFileSync(`${HERE}/answers.json`, `[\n${answers.map((answer) => JSON.stringify(answer)).join(',\n')}\n]\n`);
  writeFileSync(`${HERE}/trees.json`, `${JSON.stringify(trees, undefined, 1)}\n`);
}

main();

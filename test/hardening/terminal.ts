import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ElfEdit } from '../support/elf-edit.ts';
import { Machine, SAMPLES } from './machine.ts';

const RELEASE = '6.1.0-56-amd64';
const KOBOX = resolve('bin/kobox');
/** Clears the screen, sets the title, makes the terminal answer, and the same in one byte. */
const EVIL = '\x1b[2J\x1b]0;x\x07\x1b[6n\x9b2J';
/** What may reach a terminal: text, and colours. */
const TEXT = String.raw`[^\x00-\x08\x0b-\x1f\x7f-\x9f\ufffd]`;
const COLOUR = String.raw`\x1b\[[\d;]*m`;
const HARMLESS = new RegExp(`^(?:${TEXT}|${COLOUR})*$`);
const HELLO = readFileSync(join(SAMPLES, 'hello/hello.ko'));

/** The sample hello with escape sequences in its description, its licence, a symbol's name and, where wanted, its own. */
function hostile(inName: boolean): Uint8Array {
  const elf = new ElfEdit(HELLO);
  const name = inName ? `h${EVIL}` : 'hello';
  const modinfo = elf.content('.modinfo').toString('latin1').replace('license=', `license=${EVIL}`);
  elf.setContent(
    '.modinfo',
    Buffer.from(`${modinfo.replace('name=hello', `name=${name}`)}description=${EVIL}\0`, 'latin1'),
  );
  if (inName) elf.content('.gnu.linkonce.this_module').write(name, 24, 'latin1');
  const strings = elf.content('.strtab').toString('latin1').replace('_printk', `_pr\x1b[2J`.slice(0, 7));
  if (inName) elf.setContent('.strtab', Buffer.from(strings, 'latin1'));
  return elf.bytes;
}

/** What a command writes to a terminal (script(1) lends one). */
function onTerminal(machine: Machine, words: readonly string[]): string {
  const command = [KOBOX, ...words].map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ');
  const env = { ...process.env, KOBOX_ROOT: machine.root, KOBOX_INIT: 'skip', TERM: 'xterm', SHELL: '/bin/sh' };
  return spawnSync('script', ['-qec', command, '/dev/null'], { env, encoding: 'utf8', input: '' }).stdout;
}

/** `terminal.ts`: no string of a module or name of a file makes a terminal do anything. */
function main(): number {
  const machine = new Machine();
  const tree = join(machine.root, 'lib/modules', RELEASE);
  mkdirSync(tree, { recursive: true });
  const [plain, named] = [join(machine.root, 'plain.ko'), join(machine.root, `n\x1b[2Jamed.ko`)];
  writeFileSync(plain, hostile(false));
  writeFileSync(named, hostile(true));
  writeFileSync(join(tree, 'hello.ko'), hostile(false));
  mkdirSync(join(machine.root, 'etc/modprobe.d'), { recursive: true });
  writeFileSync(join(machine.root, 'etc/modprobe.d/x.conf'), `nonsense ${EVIL}\noptions hello x=${EVIL}\n`, 'latin1');
  const commands = [
    ['insmod', plain, `x=${EVIL}`],
    ['insmod', named],
    ['insmod', '--explain', named],
    ['insmod', '--trace', named],
    ['lsmod'],
    ['dmesg'],
    ['dmesg', '--color=always'],
    ['modinfo', plain],
    ['modinfo', named],
    ['check', plain, named],
    ['check', '-v', named],
    ['depmod', '-a'],
    ['modprobe', '-v', 'hello'],
    ['modprobe', '-D', 'hello'],
    ['modprobe', `no${EVIL}`],
    ['modprobe', '-c'],
    ['rmmod', `no${EVIL}`],
    ['insmod', `no${EVIL}.ko`],
    [EVIL],
    ['cat', '/proc/modules'],
    ['--style', 'kmod', 'insmod', named],
  ];
  let [failed, shown] = [0, 0];
  for (const words of commands) {
    const output = onTerminal(machine, words).replaceAll('\r\n', '\n');
    if (output.includes('\\x1b')) shown++;
    if (HARMLESS.test(output)) continue;
    failed++;
    console.log(`FAILED ${JSON.stringify(words)}: ${JSON.stringify(output.slice(0, 400))}`);
  }
  machine.remove();
  console.log(
    `${commands.length} commands on a terminal: ${shown} showed an escape as text, ${failed} wrote what it would obey`,
  );
  return failed === 0 && shown > 0 ? 0 : 1;
}

process.exitCode = main();

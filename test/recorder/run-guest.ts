import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What one command gave on the real machine. Texts are UTF-8 where they can be. */
export interface GuestAnswer {
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
  /** `<LEVEL>text`, a line each. */
  readonly log: readonly string[];
  readonly taint: number;
}

const TIMEOUT = 180_000;
/** Parameters that make a boot short and its log plain. */
const BOOT = 'console=ttyS0 panic=-1 nokaslr printk.time=0 quiet log_buf_len=8M edd=off';

/** Boots a kernel with an initramfs in QEMU, without acceleration: the answers to the commands, in order. */
export function runGuest(kernel: string, image: Buffer, commandLine: string): GuestAnswer[] {
  const place = mkdtempSync(join(tmpdir(), 'kobox-record-'));
  try {
    const [initrd, console, answers] = ['initrd', 'console', 'answers'].map((name) => join(place, name)) as [
      string,
      string,
      string,
    ];
    writeFileSync(initrd, image);
    const words = ['-accel', 'tcg', '-cpu', 'max', '-m', '1024', '-nographic', '-nodefaults', '-no-reboot'];
    const lines = ['-serial', `file:${console}`, '-serial', `file:${answers}`];
    const boot = ['-kernel', kernel, '-initrd', initrd, '-append', `${BOOT} ${commandLine}`];
    spawnSync('qemu-system-x86_64', [...words, ...lines, ...boot], { timeout: TIMEOUT, stdio: 'ignore' });
    const text = readFileSync(answers, 'latin1');
    if (!/^end\r?$/m.test(text))
      throw new Error(`the guest did not reach its end:\n${readFileSync(console, 'utf8').slice(-2000)}`);
    return parseAnswers(text);
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

function parseAnswers(text: string): GuestAnswer[] {
  const answers: Record<string, string>[] = [];
  for (const [, name = '', encoded = ''] of text.matchAll(/^(\w+) ([A-Za-z0-9+/=]*)\r?$/gm)) {
    if (name === 'exit') answers.push({});
    answers.at(-1)![name] = Buffer.from(encoded, 'base64').toString('utf8');
  }
  return answers.map(({ exit, stdout = '', stderr = '', log = '', taint }) => ({
    exit: Number(exit),
    stdout,
    stderr,
    log: log.split('\n').slice(0, -1),
    taint: Number(taint),
  }));
}

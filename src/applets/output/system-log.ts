import { closeSync, constants, mkdirSync, openSync, writeSync } from 'node:fs';
import { hostPath } from '../../kmod/files.ts';
import { isInsideRoot } from '../../kmod/inside-root.ts';

const DIRECTORIES = ['var', 'var/log'];
const FILE = 'var/log/messages';
const { O_APPEND, O_CREAT, O_NOFOLLOW, O_WRONLY } = constants;

/**
 * What stands for syslog(3) in the machine at `root`: appends a line to its `var/log/messages`, in the form that syslogd
 * gives it. False, and nothing written: that cannot be. Texts are byte strings.
 */
export function systemLog(root: string): (text: string) => boolean {
  return (text) => {
    try {
      append(root, Buffer.from(`${timestamp(new Date())} localhost ${text}\n`, 'latin1'));
      return true;
    } catch {
      return false;
    }
  };
}

/** No link leads the line out of the root. */
function append(root: string, line: Buffer): void {
  for (const directory of DIRECTORIES) {
    const path = `${root}/${directory}`;
    if (!isInsideRoot(path, root)) throw new Error(`${path} leads out of the root`);
    mkdirSync(hostPath(path), { recursive: true });
  }
  const descriptor = openSync(hostPath(`${root}/${FILE}`), O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW, 0o640);
  try {
    writeSync(descriptor, line);
  } finally {
    closeSync(descriptor);
  }
}

/** `Nov  1 14:20:06`. Source: RFC 3164, 4.1.2. */
function timestamp(date: Date): string {
  const [, day, month, , time] = date.toUTCString().split(' ');
  return `${month} ${String(Number(day)).padStart(2)} ${time}`;
}

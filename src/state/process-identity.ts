import { readFileSync, readlinkSync } from 'node:fs';

/** Field 22 of /proc/PID/stat counted from the state letter, which is the first after the closing bracket. */
const START_TIME = 19;

/** A name for this process that no later process shares: pid, start time, pid namespace. */
export function processIdentity(): string {
  return `${process.pid}:${processStat(process.pid)?.start ?? ''}:${pidNamespace()}`;
}

/** Whether the process of an identity still runs; undefined when that cannot be told from here. */
export function isAlive(identity: string): boolean | undefined {
  const [pid = '', start = '', namespace = ''] = identity.split(':');
  if (!/^\d+$/.test(pid)) return false;
  if (namespace !== pidNamespace()) return undefined;
  if (start === '') return respondsToSignals(Number(pid));
  const stat = processStat(Number(pid));
  return stat !== undefined && stat.start === start && stat.state !== 'Z' && stat.state !== 'X';
}

function processStat(pid: number): { state: string; start: string } | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return { state: fields[0]!, start: fields[START_TIME]! };
  } catch {
    return undefined;
  }
}

let namespace: string | undefined;

function pidNamespace(): string {
  namespace ??= readNamespace();
  return namespace;
}

function readNamespace(): string {
  try {
    return /\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0] ?? '';
  } catch {
    return '';
  }
}

function respondsToSignals(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

import { strerror } from '../../src/abi/errno.ts';
import { addNode } from '../../src/kernel/devices/char-devices.ts';
import { procFiles } from '../../src/kernel/files/procfs.ts';
import { TaskKilled } from '../../src/kernel/task-killed.ts';
import type { Session } from '../../src/kernel-api/core/session.ts';
import { ioctlFile, readFile, writeFile } from '../../src/kernel-api/vfs/file-io.ts';
import { O } from '../../src/kernel-api/vfs/file-object.ts';
import { closeFile, type OpenFile, openFile } from '../../src/kernel-api/vfs/open-file.ts';
import { shownFiles } from './added-files.ts';
import { type GuestMachine, inKernel, insmod, newLines, rmmod } from './guest-machine.ts';

/** What one command of a recording gave. Runs of zero bytes stand as `<12 zeros>`. */
export interface Step {
  readonly run: string;
  readonly log?: readonly string[];
  readonly stdout?: string;
  /** The files that the module has made, or left. */
  readonly files?: readonly string[];
  readonly error?: string;
}

/** Commands on one of the test's modules, as recorded on Debian's 6.1.0-56-amd64 in QEMU. */
export interface RecordedSession {
  readonly module: string;
  readonly steps: readonly Step[];
}

type Answer = Pick<Step, 'stdout' | 'files' | 'error'>;
type Command = (machine: GuestMachine, words: readonly string[]) => Answer;

const BUFFER_SIZE = 65536;
const MAX_READS = 100;

const failed = (error: number): Answer => (error < 0 ? { error: strerror(-error) } : {});

/** Opens a file, does something with it, and closes it. */
function withFile(
  machine: GuestMachine,
  path: string,
  flags: number,
  work: (session: Session, file: OpenFile) => Answer,
): Answer {
  return inKernel(machine, (session) => {
    const file = openFile(session, path.slice(1), flags);
    if (typeof file === 'number') return failed(file);
    const answer = work(session, file);
    closeFile(session, file);
    return answer;
  });
}

/** Reads `count` times up to `size` bytes, as far as there are some. */
const read: Command = (machine, [path = '', size = BUFFER_SIZE, count = MAX_READS]) =>
  withFile(machine, path, O.RDONLY, (session, file) => {
    let stdout = '';
    let answer: Answer = {};
    for (let round = 0; round < Number(count); round++) {
      const part = readFile(session, file, Number(size));
      if (typeof part === 'number') answer = failed(part);
      if (typeof part === 'number' || part === '') break;
      stdout += part;
    }
    const zeros = /\0+/g;
    return stdout === '' ? answer : { ...answer, stdout: stdout.replace(zeros, (run) => `<${run.length} zeros>`) };
  });

const COMMANDS: Readonly<Record<string, Command>> = {
  insmod: (machine, [name = '']) => failed(insmod(machine, name)),
  rmmod: (machine, [name = '']) => failed(rmmod(machine, name)),
  added: (machine) => ({ files: shownFiles(machine) }),
  left: (machine) => ({ files: shownFiles(machine) }),
  mknod: ({ kernel }, [path = '', , major, minor]) => {
    addNode(kernel, {
      path: path.slice('/dev/'.length),
      type: 'c',
      major: Number(major),
      minor: Number(minor),
      mode: 0o644,
    });
    return {};
  },
  read,
  cat: (machine, [path = '']) => {
    const drawn = procFiles(machine.kernel).find((file) => `/${file.path}` === path);
    return drawn?.contents !== undefined ? { stdout: drawn.contents } : read(machine, [path]);
  },
  write: (machine, [path = '', text = '']) =>
    withFile(machine, path, O.WRONLY, (session, file) => failed(writeFile(session, file, text))),
  ioctl: (machine, [path = '', request, argument = '0']) =>
    withFile(machine, path, O.RDWR, (session, file) => {
      const result = ioctlFile(session, file, Number(request), BigInt(argument));
      return result < 0 ? failed(result) : { stdout: `${result}\n` };
    }),
};

/** Lines of a stack trace and of a dump of registers. */
const TRACE =
  /^(Modules linked in|CPU: \d+ PID|Hardware name|RIP: |Code: |RSP: |R[A-Z0-9]{2}: |FS: |CS: |CR2: |PKRU|Call Trace| <TASK>| <\/TASK>| \? | [\w.]+\+0x)/;

/** The log without traces, addresses and pids. */
function settled(lines: readonly string[]): string[] {
  const words = lines.filter((line) => !TRACE.test(line));
  return words.map((line) =>
    line
      .replace(/\b[0-9a-f]{16}\b|\(____ptrval____\)/g, '(address)')
      .replace(/insmod\/\d+\//, 'insmod/(pid)/')
      .replace(/PID: \d+/, 'PID: (pid)'),
  );
}

function orKilled(work: () => Answer): Answer {
  try {
    return work();
  } catch (error) {
    if (error instanceof TaskKilled) return { error: 'killed' };
    throw error;
  }
}

/** Does what a step did: what comes of it, in the recording's form. An oops stands as its first lines. */
export function playStep(machine: GuestMachine, { run }: Step): Step {
  const [name = '', ...words] = run.split(' ');
  const answer = orKilled(() => COMMANDS[name]!(machine, words));
  const lines = settled(newLines(machine));
  const bug = lines.findIndex((line) => line.startsWith('kernel BUG at'));
  const log = bug < 0 ? lines : lines.slice(0, bug + 1);
  return { run, ...(log.length > 0 && { log }), ...answer };
}

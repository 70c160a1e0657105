import type { Session } from '../kernel-api/core/session.ts';
import { O } from '../kernel-api/vfs/file-object.ts';
import { closeFile, openFile } from '../kernel-api/vfs/open-file.ts';
import { POLL_EVENTS, pollFile } from '../kernel-api/vfs/poll-file.ts';
import type { Applet, AppletContext } from './applet.ts';
import { type CommandLine, optionText } from './command-line/getopt.ts';
import { InputError } from './command-line/input-error.ts';
import { readWords } from './command-line/read-words.ts';
import { errorWords, guestPath, inKernel } from './machine/guest-files.ts';

const LINE: CommandLine = {
  name: 'kobox poll',
  usage: '[-e EVENTS] [-t SECONDS] [--json] FILE',
  summary: 'Ask a device with poll(2) for events, and show those that came; exit status 1: the time was up before any.',
  rows: [
    { short: 'e', long: 'events', argument: 'names', help: 'ask for these only: POLLIN,POLLOUT; otherwise for all' },
    {
      short: 't',
      long: 'timeout',
      argument: 'seconds',
      help: 'wait so long (virtual time); -1: for ever; otherwise 0',
    },
    { long: 'json', help: 'print {"events": [...]}' },
  ],
  examples: ['kobox poll /dev/hello', 'kobox poll -e POLLIN -t 2.5 /dev/hello'],
};
const NANOSECONDS = 1e9;

/** The bits of names with commas between them. Raises InputError. */
function parseEvents(names: string): number {
  return names.split(',').reduce((bits, name) => {
    const bit = POLL_EVENTS[name as keyof typeof POLL_EVENTS];
    if (bit === undefined) throw new InputError(`'${name}' is no event of poll(2)`);
    return bits | bit;
  }, 0);
}

/** Nanoseconds; undefined: for ever. Raises InputError. */
function parseTimeout(word: string): number | undefined {
  const seconds = word.trim() === '' ? Number.NaN : Number(word);
  if (!Number.isFinite(seconds)) throw new InputError(`'${word}' is no number of seconds`);
  return seconds < 0 ? undefined : seconds * NANOSECONDS;
}

const ALL = Object.values(POLL_EVENTS).reduce((bits, bit) => bits | bit, 0);

function ask(session: Session, path: string, events: number, timeout: number | undefined): number {
  const file = openFile(session, path, O.RDWR | O.NONBLOCK);
  if (typeof file === 'number') return file;
  const result = pollFile(session, file, events, timeout);
  closeFile(session, file);
  return result;
}

async function run(context: AppletContext): Promise<number> {
  const words = await readWords(context, LINE, context.argv, [1, 1]);
  if (words === undefined) return 0;
  const [word = ''] = words.operands;
  const names = optionText(words, 'events');
  const events = names === undefined ? ALL : parseEvents(names);
  const timeout = parseTimeout(optionText(words, 'timeout') ?? '0');
  const path = guestPath(context, word);
  const result = await inKernel(context, (session) => ask(session, path, events, timeout));
  if (result < 0) {
    context.stderr.write(`poll: ${word}: ${errorWords(result)}\n`);
    return 1;
  }
  const came = Object.entries(POLL_EVENTS).flatMap(([name, bit]) => (result & bit ? [name] : []));
  if (words.options['json']) context.stdout.write(`${JSON.stringify({ events: came })}\n`);
  else if (came.length > 0) context.stdout.write(`${came.join(' ')}\n`);
  return came.length > 0 ? 0 : 1;
}

/** poll: poll(2) of a device of the emulated machine. */
export const poll: Applet = { name: 'poll', run };

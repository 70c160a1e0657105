import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Request, Run } from '../../../src/kmod/probe/requests.ts';
import { runShellCommand } from '../../../src/kmod/probe/run-shell-command.ts';
import { parseShellCommand } from '../../../src/kmod/probe/shell-command.ts';

interface Trace {
  readonly status: number;
  readonly modprobe: string[];
  readonly host: string[];
  readonly refused: string[];
}

/** Runs a command; modprobe succeeds but for the operand `bad`, host commands succeed. */
function run(command: string, allowCommands = false, environment: Record<string, string> = {}): Trace {
  const modprobe: string[] = [];
  const host: string[] = [];
  const refused: string[] = [];
  const steps: Run = runShellCommand(
    command,
    {
      environment,
      allowCommands,
      *modprobe(words) {
        modprobe.push(words.join(' '));
        yield* [];
        return words.includes('bad') ? 1 : 0;
      },
      refuse: (text) => refused.push(text),
    },
    { MODPROBE_MODULE: 'm' },
  );
  let step: IteratorResult<Request, number> = steps.next();
  while (!step.done) {
    if (step.value.kind === 'command') host.push(step.value.command);
    step = steps.next(0);
  }
  return { status: step.value, modprobe, host, refused };
}

describe('the command of an install or remove line', () => {
  it.each([
    ['/bin/true', 0, []],
    ['/bin/false', 1, []],
    [':', 0, []],
    ['false || true', 0, []],
    ['true && false', 1, []],
    ['false && modprobe a', 1, []],
    ['modprobe a; modprobe b', 0, ['a', 'b']],
    ['modprobe bad || modprobe b', 0, ['bad', 'b']],
    ['/sbin/modprobe -i a && { modprobe --quiet b ; : ; }', 0, ['-i a', '--quiet b']],
    ['modprobe $MODPROBE_MODULE', 0, ['m']],
    [`modprobe a p="x y" q='$z'`, 0, ['a p=x y q=$z']],
  ])('%j runs inside', (command, status, modprobe) => {
    expect(run(command)).toEqual({ status, modprobe, host: [], refused: [] });
  });

  it.each([
    'echo a',
    'true; echo a',
    'true > /x',
    'modprobe `x`',
    'modprobe $(x)',
    'x=1 true',
    'true &',
    'if true',
    '',
  ])('%j is refused as a whole', (command) => {
    expect(run(command)).toEqual({ status: 126, modprobe: [], host: [], refused: [command] });
  });

  it('runs what is not modprobe on the host when that is allowed, and modprobe inside all the same', () => {
    expect(run('echo "a" b; modprobe c', true)).toEqual({
      status: 0,
      modprobe: ['c'],
      host: ['echo "a" b'],
      refused: [],
    });
  });

  it('goes to the shell whole when it has parts that only a shell knows', () => {
    expect(run('modprobe a | cat', true)).toEqual({ status: 0, modprobe: [], host: ['modprobe a | cat'], refused: [] });
  });

  it('takes the words of an unquoted variable apart', () => {
    expect(run('$TOOL b', false, { TOOL: '/opt/modprobe -q' }).modprobe).toEqual(['-q b']);
  });

  it('never fails to be read', () => {
    const unit = fc.constantFrom('a', ' ', ';', '&', '|', '{', '}', '"', "'", '$', '\\', '=', '\n');
    fc.assert(
      fc.property(fc.string({ unit }), (text) => {
        expect(parseShellCommand(text, {}).length).toBeGreaterThan(0);
      }),
    );
  });
});

import type { Request, Run } from './requests.ts';
import { parseShellCommand, type ShellList, type ShellNode } from './shell-command.ts';

/** What commands find around them, and who runs those that are known. */
export interface CommandRunner {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Commands that are not known inside may run on the host. */
  readonly allowCommands: boolean;
  /** Runs `modprobe` with these operands, as a process of its own would. */
  modprobe(operands: readonly string[], environment: Readonly<Record<string, string>>): Run;
  /** A command was refused: nothing of it has run. */
  refuse(command: string): void;
}

/** Exit status of a shell for a command that it may not run. */
const REFUSED = 126;

/** Commands whose whole meaning is an exit status. */
const CONSTANT: Readonly<Record<string, number>> = { true: 0, ':': 0, false: 1 };

const baseName = (path: string) => path.slice(path.lastIndexOf('/') + 1);

function isKnown(words: readonly string[]): boolean {
  const name = baseName(words[0]!);
  return name === 'modprobe' || Object.hasOwn(CONSTANT, name);
}

function isSafe(list: ShellList): boolean {
  return list.every(({ node }) => {
    if (node.kind === 'group') return isSafe(node.list);
    return node.kind === 'simple' && isKnown(node.words);
  });
}

function* runNode(node: ShellNode, runner: CommandRunner, environment: Readonly<Record<string, string>>): Run {
  if (node.kind === 'group') return yield* runList(node.list, runner, environment);
  if (node.kind === 'simple' && isKnown(node.words)) {
    const [name = '', ...operands] = node.words;
    return CONSTANT[baseName(name)] ?? (yield* runner.modprobe(operands, environment));
  }
  const options = runner.environment['MODPROBE_OPTIONS'];
  const passedOn = options === undefined ? environment : { MODPROBE_OPTIONS: options, ...environment };
  const request: Request = { kind: 'command', command: node.text, environment: passedOn };
  return yield request;
}

function* runList(list: ShellList, runner: CommandRunner, environment: Readonly<Record<string, string>>): Run {
  let status = 0;
  for (const { when, node } of list) {
    if ((when === 'success' && status !== 0) || (when === 'failure' && status === 0)) continue;
    status = yield* runNode(node, runner, environment);
  }
  return status;
}

/**
 * Runs the command of an `install` or `remove` line: its exit status, as system(3) gives it. `modprobe`, `true`,
 * `false` and `:` run inside; a command with any other part is refused as a whole unless such commands are allowed.
 */
export function* runShellCommand(
  command: string,
  runner: CommandRunner,
  environment: Readonly<Record<string, string>>,
): Run {
  const list = parseShellCommand(command, { ...runner.environment, ...environment });
  if (!runner.allowCommands && !isSafe(list)) {
    runner.refuse(command);
    return REFUSED;
  }
  return yield* runList(list, runner, environment);
}

import type { Kernel } from '../../kernel/kernel.ts';
import { TaskKilled } from '../../kernel/task-killed.ts';
import type { GuestRunner } from '../../kernel-api/runner.ts';
import { changeMachine } from '../../state/machine.ts';
import type { AppletContext } from '../applet.ts';
import { InputError } from '../command-line/input-error.ts';

/** Bytes of a task's name that the kernel keeps: `TASK_COMM_LEN` without the NUL. */
const COMM_LENGTH = 15;

/** The kernel wants to start a program, and what such programs are is not loaded: few modules ask for one. */
class ProgramWanted extends Error {}

type Change<T> = (kernel: Kernel, runner: GuestRunner) => T | Promise<T>;
type Helper = NonNullable<Kernel['userModeHelper']>;

/**
 * A change of the machine in which modules' code may run (`--init run`). Says on stderr at the end which answers of the
 * kernel were made up. `change` touches nothing but the kernel: when the kernel wants to start a program, all is begun
 * anew with modprobe loaded. Raises what changeMachine raises.
 */
export async function changeWithCode<T>(context: AppletContext, change: Change<T>): Promise<T> {
  try {
    return await attempt(context, change, () => wantProgram);
  } catch (error) {
    if (!(error instanceof ProgramWanted)) throw error;
    return changeWithPrograms(context, change);
  }
}

/** {@link changeWithCode} for a `change` that may touch more than the kernel: it is begun once. */
export async function changeWithPrograms<T>(context: AppletContext, change: Change<T>): Promise<T> {
  const { userModeHelper } = await import('./user-mode-helper.ts');
  return attempt(context, change, (kernel) => userModeHelper(context, kernel));
}

const wantProgram: Helper = () => {
  throw new ProgramWanted();
};

async function attempt<T>(context: AppletContext, change: Change<T>, helper: (kernel: Kernel) => Helper): Promise<T> {
  const { makeGuestRunner } = await import('./guest-runner.ts');
  const runner = makeGuestRunner(context.options.budget, context.options.strict);
  const options = { ...context.options, comm: context.name.slice(0, COMM_LENGTH), makeRunner: () => runner };
  try {
    const result = await changeMachine(options, (kernel) => {
      kernel.userModeHelper = helper(kernel);
      return kernel.profile.text ? changeWithText(kernel, runner, change) : change(kernel, runner);
    });
    reportStubs(context, runner.stubs);
    return result;
  } catch (error) {
    if (error instanceof ProgramWanted) throw error;
    if (error instanceof Error && error.name === 'UnmodelledFunction') throw new InputError(`strict: ${error.message}`);
    if (error instanceof TaskKilled && error.cause === 'budget') reportBudget(context, runner.budget);
    reportStubs(context, runner.stubs);
    throw error;
  }
}

/** A change on a kernel whose own code is there to be run. */
async function changeWithText<T>(kernel: Kernel, runner: GuestRunner, change: Change<T>): Promise<T> {
  const { kernelCode } = await import('./kernel-code.ts');
  runner.useKernelCode(kernelCode);
  return change(kernel, runner);
}

function reportBudget({ name, stderr }: AppletContext, budget: number): void {
  stderr.write(
    `kobox: ${name}: stopped after ${budget} instructions, the code did not return (--budget sets the limit)\n`,
  );
}

/** `kobox: insmod: 2 kernel functions were stubbed: foo_register (×1), bar_get (×3)`. */
function reportStubs(context: AppletContext, stubs: ReadonlyMap<string, number>): void {
  if (stubs.size === 0) return;
  const list = [...stubs].map(([name, count]) => `${name} (×${count})`).join(', ');
  const what = stubs.size === 1 ? '1 kernel function was stubbed' : `${stubs.size} kernel functions were stubbed`;
  context.stderr.write(`kobox: ${context.name}: ${what}: ${list}\n`);
}

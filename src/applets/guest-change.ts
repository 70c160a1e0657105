import type { Kernel } from '../kernel/kernel.ts';
import { TaskKilled } from '../kernel/task-killed.ts';
import type { GuestRunner } from '../kernel-api/runner.ts';
import { changeMachine } from '../state/machine.ts';
import type { AppletContext } from './applet.ts';

/** Bytes of a task's name that the kernel keeps: `TASK_COMM_LEN` without the NUL. */
const COMM_LENGTH = 15;

/**
 * A change of the machine in which modules' code may run (`--init run`). Says on stderr at the end which answers of the
 * kernel were made up. Raises what changeMachine raises.
 */
export async function changeWithCode<T>(
  context: AppletContext,
  change: (kernel: Kernel, runner: GuestRunner) => T | Promise<T>,
): Promise<T> {
  const [{ makeGuestRunner }, { userModeHelper }] = await Promise.all([
    import('./guest-runner.ts'),
    import('./user-mode-helper.ts'),
  ]);
  const runner = makeGuestRunner(context.options.budget);
  const options = { ...context.options, comm: context.name.slice(0, COMM_LENGTH), makeRunner: () => runner };
  try {
    return await changeMachine(options, (kernel) => {
      kernel.userModeHelper = userModeHelper(context, kernel);
      return change(kernel, runner);
    });
  } catch (error) {
    if (error instanceof TaskKilled && error.cause === 'budget') reportBudget(context, runner.budget);
    throw error;
  } finally {
    reportStubs(context, runner.stubs);
  }
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

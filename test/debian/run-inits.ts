import { readFileSync } from 'node:fs';
import { makeGuestRunner } from '../../src/applets/guest-runner.ts';
import { createKernel } from '../../src/kernel/create-kernel.ts';
import type { Kernel } from '../../src/kernel/kernel.ts';
import type { ModuleRunner } from '../../src/kernel/module-runner.ts';
import { deleteModule, initModule } from '../../src/kernel/syscalls.ts';
import { TaskKilled } from '../../src/kernel/task-killed.ts';
import { O_TRUNC } from '../../src/kernel/unload.ts';
import type { KernelProfile } from '../../src/profile/kernel-profile.ts';
import { openDefaultProfile } from '../../src/profile/open-profile.ts';
import { dependencyOrder, findModuleFiles, type ModuleFile } from './module-files.ts';

/** How one init function ended. */
interface InitResult {
  readonly name: string;
  /** What it returned; undefined: it did not return. */
  readonly returned: number | undefined;
  /** Why it did not return: the first line of the kernel's own report. */
  readonly reason: string;
  readonly stubs: readonly string[];
}

const BUDGET = 50_000_000;
/** The lines that begin a report of a death. */
const REPORT =
  /^(BUG:|kernel BUG|invalid opcode|divide error|general protection|int3|stack segment|watchdog|INFO: task|Kernel panic)/;

/**
 * Runs the inits of modules in this order on one machine, whatever an init says. Modules that nobody needs leave again,
 * and with them what they had registered.
 */
function* runTogether(files: readonly ModuleFile[], profile: KernelProfile): Iterable<InitResult> {
  const needed = new Set(files.flatMap(({ depends }) => depends));
  const results: InitResult[] = [];
  const kernel: Kernel = createKernel(profile, recorder(results), () => 0);
  for (const file of files) {
    const before = needed.has(file.name) ? undefined : JSON.stringify(kernel.subsystems);
    kernel.log.length = 0;
    initModule(kernel, new Uint8Array(readFileSync(file.path)), '', { uid: 0 });
    yield* results.splice(0);
    if (before === undefined) continue;
    deleteModule(kernel, file.name, O_TRUNC, { uid: 0 });
    Object.assign(kernel.subsystems, restored(JSON.parse(before), kernel.subsystems));
  }
}

/** A module and all that it needs, in the order of loading. */
function withDependencies(files: readonly ModuleFile[], name: string): ModuleFile[] {
  const wanted = new Set([name]);
  for (const file of [...files].reverse()) {
    if (wanted.has(file.name)) for (const each of file.depends) wanted.add(each);
  }
  return files.filter((file) => wanted.has(file.name));
}

/**
 * Runs the init of every module below `root` with its dependencies' code. What did not return on the machine that all
 * share, where lists still name modules that left and locks are held by the dead, is run once more on a machine of its own.
 */
function* runInits(root: string, profile: KernelProfile, only: ReadonlySet<string>): Iterable<InitResult> {
  const files = dependencyOrder(findModuleFiles(root));
  const failed: string[] = [...only];
  if (only.size === 0) {
    for (const result of runTogether(files, profile)) {
      if (result.returned === undefined) failed.push(result.name);
      else yield result;
    }
  }
  for (const name of failed) {
    const alone = [...runTogether(withDependencies(files, name), profile)];
    const result = alone.find((each) => each.name === name);
    if (result) yield result;
  }
}

/** What was registered before; tasks and mapped memory stay. */
function restored(before: Record<string, unknown>, now: Record<string, unknown>): Record<string, unknown> {
  const gone = Object.fromEntries(Object.keys(now).map((key) => [key, undefined]));
  const { tasks, vmalloc, ioremap } = now;
  return { ...gone, ...before, tasks, vmalloc, ioremap };
}

/** Runs init and notes how it ended; exit functions are not called. */
function recorder(results: InitResult[]): ModuleRunner {
  const runner = makeGuestRunner(BUDGET);
  const seen = new Map<string, number>();
  return {
    ...runner,
    callExit: () => undefined,
    notify: () => undefined,
    callInit(kernel, module) {
      let returned: number | undefined;
      try {
        returned = runner.callInit(kernel, module);
      } catch (error) {
        if (!(error instanceof TaskKilled)) throw error;
      }
      const stubs = [...runner.stubs].filter(([name, count]) => seen.get(name) !== count);
      for (const [name, count] of stubs) seen.set(name, count);
      const line = kernel.log.find(({ text }) => REPORT.test(text))?.text ?? '';
      const place = kernel.log.find(({ text }) => text.startsWith('RIP:'))?.text ?? '';
      results.push({ name: module.name, returned, reason: `${line} ${place}`, stubs: stubs.map(([name]) => name) });
      return 0;
    },
  };
}

/** `run-inits.ts MODULE_TREE [NAME...]`: prints the inits that did not return, with the reason, and the figures. */
function main([root, ...names]: readonly string[]): number {
  if (!root) throw new Error('usage: run-inits.ts MODULE_TREE [NAME...]');
  const profile = openDefaultProfile();
  const start = performance.now();
  let [count, ended, good] = [0, 0, 0];
  const stubbed = new Map<string, number>();
  for (const { name, returned, reason, stubs } of runInits(root, profile, new Set(names))) {
    count++;
    for (const stub of stubs) stubbed.set(stub, (stubbed.get(stub) ?? 0) + 1);
    if (returned === undefined) console.log(`${name}: ${reason}`);
    else ended++;
    if (returned === 0) good++;
  }
  const seconds = ((performance.now() - start) / 1000).toFixed(0);
  const common = [...stubbed].sort((a, b) => b[1] - a[1]).slice(0, 60);
  console.log(`stubbed most: ${common.map(([name, times]) => `${name} ${times}`).join(', ')}`);
  console.log(`${count} inits, ${ended} returned, ${good} with 0; ${stubbed.size} functions stubbed; ${seconds} s`);
  return 0;
}

process.exitCode = main(process.argv.slice(2));

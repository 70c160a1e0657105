import { EFLAGS_ENABLED, EFLAGS_IF } from '../abi/x86-registers.ts';
import type { GuestCpu, KernelEntry } from '../cpu/guest-cpu.ts';
import type { Kernel, ModuleRunner } from '../kernel/kernel.ts';
import { systemCallChains } from '../kernel/log/call-frames.ts';
import { PERCPU_OFFSET } from '../kernel/memory/percpu.ts';
import type { Module } from '../kernel/module.ts';
import type { Address } from '../memory/address.ts';
import type { AddressSpace } from '../memory/address-space.ts';
import type { KernelExports } from '../profile/kernel-profile.ts';
import { Entries } from './core/entries.ts';
import { pushFrames, withFrames } from './core/faults/call-frames.ts';
import { die } from './core/faults/oops.ts';
import { sprintSymbol } from './core/faults/symbolize.ts';
import { warn } from './core/faults/warn.ts';
import { Fields } from './core/fields.ts';
import { createHooks } from './core/hooks.ts';
import { dataStart, pageKernelData } from './core/kernel-data/kernel-data.ts';
import { ensurePercpu, preemptCount, setPreemptCount } from './core/kernel-data/percpu.ts';
import { freeStrings, setupStrings } from './core/module-strings.ts';
import { getParameter, setParameter } from './core/parameter-calls.ts';
import { enterProbed } from './core/probes/acting.ts';
import { forgetProbedCalls } from './core/probes/probed-calls.ts';
import { dropProbes, isProbed } from './core/probes/probes.ts';
import { Session } from './core/session.ts';
import { checkHeap } from './core/slub/slub-debug.ts';
import { endProcess, startProcess } from './core/tasks/acting-process.ts';
import { setCurrent } from './core/tasks/current.ts';
import { exitTask } from './core/tasks/exit-task.ts';
import { restoreRegisters, saveRegisters } from './core/tasks/resume.ts';
import { refreshJiffies, settle } from './core/tasks/scheduler.ts';
import type { Task } from './core/tasks/task.ts';
import { createTask, retireTask, stackTop, taskState } from './core/tasks/tasks.ts';
import { EVENT_KINDS, TASK_EVENTS } from './event-kinds.ts';
import { KERNEL_FUNCTIONS } from './functions/all.ts';
import { callModuleNotifiers } from './functions/registration/notifiers.ts';
import type { KernelFunctionRow } from './kernel-function.ts';
import type { MakeKernelCode } from './kernel-text/kernel-code.ts';

/**
 * Makes the processor over a memory; `entry` runs when control reaches a kernel function, also where `isEntry` says so of
 * an address at which there may be code; absent: nowhere.
 */
type CreateCpu = (
  memory: AddressSpace,
  entry: KernelEntry,
  exports: KernelExports,
  isEntry?: (address: Address) => boolean,
) => GuestCpu;

/** What a runner is told. */
export interface RunnerOptions {
  readonly createCpu: CreateCpu;
  /** See {@link GuestRunner.useKernelCode}. */
  readonly kernelCode?: MakeKernelCode;
  /** The models; absent: all. */
  readonly functions?: readonly (() => readonly KernelFunctionRow[])[];
  /** Instructions that one call of a module may run before the code counts as never returning. */
  readonly budget?: number;
  /** A call of a kernel function without a model raises UnmodelledFunction; else it gets a made-up answer. */
  readonly strict?: boolean;
}

/** A runner that runs the modules' own code. */
export interface GuestRunner extends ModuleRunner {
  /** Made-up answers of this command: how often each unmodelled kernel function was called. */
  readonly stubs: ReadonlyMap<string, number>;
  /** How often each function was called that ran from the kernel's own code. */
  readonly textCalls: ReadonlyMap<string, number>;
  /** Instructions that one command may run. */
  readonly budget: number;
  /** From now on pure functions run from the kernel's own code, where the profile has it. Requires that nothing has run. */
  useKernelCode(make: MakeKernelCode): void;
  /** Runs `work` as the command's own task, in the kernel. Raises TaskKilled when the guest code dies. */
  run<T>(kernel: Kernel, work: (session: Session) => T): T;
}

const DEFAULT_BUDGET = 500_000_000;
const SLICE = 4_000_000;

/** A runner for the kernels of one command. */
export function createRunner(options: RunnerOptions): GuestRunner {
  const limit = options.budget ?? DEFAULT_BUDGET;
  const budget = { left: limit, slice: SLICE };
  let session: Session | undefined;
  let { kernelCode } = options;

  const sessionOf = (kernel: Kernel): Session => {
    if (session?.kernel === kernel) return session;
    session = openSession(kernel, { ...options, ...(kernelCode && { kernelCode }) }, budget);
    return session;
  };

  const run = <T>(kernel: Kernel, work: (session: Session) => T): T => {
    const opened = sessionOf(kernel);
    return asTask(opened, () => {
      if (opened.depth === 0) budget.left = limit;
      opened.cpu.budget = Math.min(budget.slice, budget.left);
      return work(opened);
    });
  };

  return {
    get stubs() {
      return session?.stubs ?? new Map();
    },
    get textCalls() {
      return session?.textCalls.counts ?? new Map();
    },
    budget: limit,
    useKernelCode: (make) => {
      kernelCode = make;
    },
    run,
    callInit: (kernel, module) => run(kernel, (opened) => callInit(opened, module)),
    callExit: (kernel, module) =>
      run(kernel, (opened) => {
        opened.call(module.exitFunction);
        settle(opened);
        freeStrings(opened, module);
      }),
    callConstructors: (kernel, _module, constructors) => {
      if (constructors.length > 0)
        run(kernel, (opened) => constructors.forEach((address) => void opened.call(address)));
    },
    setParameter: (kernel, _module, parameter, value) =>
      run(kernel, (opened) => setParameter(opened, parameter, value)),
    getParameter: (kernel, _module, parameter) => run(kernel, (opened) => getParameter(opened, parameter)),
    freeParameter: (kernel, _module, address, argument) => run(kernel, (opened) => void opened.call(address, argument)),
    notify: (kernel, module, event) => {
      if (hasNotifiers(kernel)) run(kernel, (opened) => callModuleNotifiers(opened, module, event));
      if (event === 'GOING') killProbes(kernel, module);
    },
  };
}

/** `kprobes_module_callback`: probes in a module that goes away never hit again. */
function killProbes(kernel: Kernel, { core, init }: Module): void {
  if (isProbed(kernel)) for (const { base, size } of [core, init]) dropProbes(kernel, base, size);
}

function hasNotifiers(kernel: Kernel): boolean {
  return kernel.subsystems['notifiers'] !== undefined;
}

function openSession(kernel: Kernel, options: RunnerOptions, budget: { left: number; slice: number }): Session {
  const fields = new Fields(kernel.profile);
  const entries = new Entries(kernel.profile, options.functions ?? KERNEL_FUNCTIONS, options.kernelCode);
  pageKernelData(kernel, fields, dataStart(entries.last));
  ensurePercpu(kernel);
  let session: Session;
  const cpu = options.createCpu(
    kernel.memory,
    (_cpu, address) =>
      session.probed
        ? enterProbed(session, address, () => entries.run(session, address))
        : entries.run(session, address),
    kernel.profile.exports,
    entries.code && ((address) => entries.code!.isEntry(kernel, address)),
  );
  cpu.writeRegister('gs_base', BigInt.asUintN(64, BigInt(PERCPU_OFFSET)));
  session = new Session(kernel, cpu, fields, createHooks(EVENT_KINDS, TASK_EVENTS, budget, entries));
  session.strict = options.strict ?? false;
  session.probed = isProbed(kernel);
  session.sourceOf = (name) => entries.sourceOf(name);
  return session;
}

/** Runs `work` as `kernel.current` on a stack of its own; nested calls run on the outer one's. */
function asTask<T>(session: Session, work: () => T): T {
  if (session.depth > 0) return work();
  const { kernel } = session;
  const { pid, comm } = kernel.current;
  const task = beginTask(session, comm, pid);
  try {
    if (session.probed) startProcess(session, task);
    pushFrames(session, systemCallChains(kernel));
    const result = work();
    if (session.probed) endProcess(session, task);
    return result;
  } catch (error) {
    throw exitTask(session, task, die(session, error));
  } finally {
    leaveTask(session, task);
    kernel.current = { pid, comm };
  }
}

/** A task for a command, which runs from now on: on its own stack, with interrupts on. */
function beginTask(session: Session, comm: string, pid: number): Task {
  const task: Task = createTask(session, comm, { state: 'ready', pid });
  session.onStack.add(task);
  setCurrent(session, task);
  refreshJiffies(session);
  session.cpu.writeRegister('rsp', stackTop(task));
  session.cpu.writeRegister('eflags', EFLAGS_ENABLED);
  return task;
}

/** The command's task is over, however it ended: nothing of it is left in the session. */
function leaveTask(session: Session, task: Task): void {
  const { kernel } = session;
  checkHeap(session);
  setPreemptCount(kernel, 0);
  session.onStack.delete(task);
  session.depth = 0;
  session.acted = 0;
  session.inProbe = false;
  session.base = 0;
  if (session.probed) forgetProbedCalls(session, task.address);
  if (taskState(kernel).list.includes(task)) retireTask(session, task);
}

/** `do_one_initcall`, init/main.c, and what other tasks do before the next command. */
function callInit(session: Session, module: Module): number {
  const { kernel, cpu } = session;
  const count = preemptCount(kernel);
  setupStrings(session, module);
  const result = withFrames(session, ['initcall', 'doOneInitcall'], () => session.callInt(module.initFunction));
  const complaints = imbalance(session, count);
  if (complaints !== '') {
    warn(session, {
      inner: ['initcall'],
      place: 'init/main.c:1284',
      where: 'do_one_initcall+0x1d7/0x220',
      message: `initcall ${sprintSymbol(kernel, module.initFunction, 'S')} returned with ${complaints}`,
    });
  }
  setPreemptCount(kernel, count);
  cpu.writeRegister('eflags', EFLAGS_ENABLED);
  const registers = saveRegisters(cpu);
  settle(session);
  restoreRegisters(cpu, registers);
  return result;
}

function imbalance({ kernel, cpu }: Session, count: number): string {
  const preemption = preemptCount(kernel) === count ? '' : 'preemption imbalance ';
  const interrupts = cpu.readRegister('eflags') & EFLAGS_IF ? '' : 'disabled interrupts ';
  return preemption + interrupts;
}

import type { CallChain } from '../../abi/call-chains.ts';
import type { Kernel } from '../kernel.ts';
import { versionAtLeast } from '../kernel-version.ts';
import type { Module } from '../module.ts';
import { callSites, siteText, systemCallChains, warningPlace } from './call-frames.ts';
import { KERN, printk } from './printk.ts';
import { addTaint, moduleFlagsTaint, printTainted, printTaintedVerbose, TAINT } from './taint.ts';

/** `module_flags`, kernel/module/main.c: `(OE+)`; `` when there is nothing to show. */
export function moduleFlags(module: Module, showState: boolean): string {
  const coming = showState && module.state === 'COMING' ? '+' : '';
  const going = showState && module.state === 'GOING' ? '-' : '';
  if (module.taints === 0 && coming === '' && going === '') return '';
  return `(${moduleFlagsTaint(module.taints)}${going}${coming})`;
}

/** `print_modules`, kernel/module/main.c: newest first. */
export function printModules(kernel: Kernel): void {
  const shown = kernel.modules
    .filter((module) => module.state !== 'UNFORMED')
    .map((module) => ` ${module.name}${moduleFlags(module, true)}`)
    .reverse();
  const last = kernel.lastUnloadedModule === '' ? '' : ` [last unloaded: ${kernel.lastUnloadedModule}]`;
  printk(kernel, KERN.WARNING, `Modules linked in:${shown.join('')}${last}`);
}

/** `dump_stack_print_info`, lib/dump_stack.c: the first line of a stack dump. */
export function printTask(kernel: Kernel): void {
  const { current, profile } = kernel;
  const comm = current.comm.slice(0, 20);
  const [build = ''] = profile.version.split(' ', 1);
  const packaged = /Debian \S+/.exec(profile.version)?.[0];
  const gap = versionAtLeast(kernel, 5, 14) ? '  ' : ' ';
  const version = packaged === undefined ? build : `${build}${gap}${packaged}`;
  const user = versionAtLeast(kernel, 6, 12) ? 'UID: 0 ' : '';
  const task = `${user}PID: ${current.pid} Comm: ${comm}`;
  printk(kernel, KERN.WARNING, `CPU: 0 ${task} ${printTainted(kernel)} ${profile.release} ${version}`);
  if (versionAtLeast(kernel, 6, 11) && kernel.taint !== 0) printk(kernel, KERN.WARNING, printTaintedVerbose(kernel));
  if (current.work !== undefined) printk(kernel, KERN.WARNING, `Workqueue: ${current.work}`);
}

/** `dump_stack`, lib/dump_stack.c, in the loader itself. `inner`: its functions from the system call's to the one that calls. */
export function dumpStack(kernel: Kernel, inner: readonly CallChain[] = []): void {
  printTask(kernel);
  showTrace(kernel, [...inner, 'dumpStack']);
}

function showTrace(kernel: Kernel, inner: readonly CallChain[]): void {
  const sites = callSites(kernel, [...systemCallChains(kernel), ...inner]).reverse();
  const frames = sites.map((site) => ` ${siteText(site)}`);
  for (const line of ['Call Trace:', ' <TASK>', ...frames, ' </TASK>']) printk(kernel, KERN.WARNING, line);
}

/** What a WARN says, and where in the kernel it stands. */
export interface Warning {
  /** Source file and line, `lib/kobject.c:210`. */
  readonly place: string;
  /** The function. */
  readonly where: string;
  /** Left out: `WARN_ON`. */
  readonly message?: string;
  /** The loader's functions from the system call's to the one that warns. */
  readonly inner?: readonly CallChain[];
}

/** `WARN(…)`: `__warn`, kernel/panic.c, without registers. Taints. */
export function warn(kernel: Kernel, { place, where, message, inner = [] }: Warning): void {
  printk(kernel, KERN.WARNING, '------------[ cut here ]------------');
  if (message !== undefined) printk(kernel, KERN.WARNING, message);
  printk(kernel, KERN.WARNING, `WARNING: CPU: 0 PID: ${kernel.current.pid} at ${place} ${warningPlace(kernel, where)}`);
  printModules(kernel);
  printTask(kernel);
  showTrace(kernel, inner);
  printk(kernel, KERN.WARNING, '---[ end trace 0000000000000000 ]---');
  addTaint(kernel, TAINT.WARN, 'LOCKDEP_STILL_OK');
}

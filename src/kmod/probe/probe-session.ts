import type { ConfigMask } from '../config/config.ts';
import type { KmodContext, KmodModule } from '../kmod-module.ts';
import type { ModuleKernel } from '../module-kernel.ts';
import type { Run } from './requests.ts';

/** Everything that loading and unloading modules works with. */
export interface ProbeSession {
  readonly context: KmodContext;
  /** The running kernel; may be another object after each yield. */
  readonly kernel: () => ModuleKernel;
  /** Runs the command of an install or remove line for a module: its exit status. */
  runCommand(command: string, module: KmodModule): Run;
  /** A `mask` line keeps this module out. */
  masked(module: KmodModule, mask: ConfigMask): void;
}

/** Live or built in (kmod: `module_is_inkernel`). */
export function isInKernel(session: ProbeSession, module: KmodModule): boolean {
  return session.context.isBuiltin(module) || session.kernel().initState(module.name) === 'live';
}

/** `$CMDLINE_OPTS` is replaced as text. */
export function withCommandLineOptions(command: string, options: string): string {
  return command.replaceAll('$CMDLINE_OPTS', () => options);
}

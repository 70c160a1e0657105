import { errnoNumber } from '../../abi/errno.ts';
import { configuredCommand, configuredOptions, isBlacklisted } from '../config/module-config.ts';
import type { KmodModule } from '../kmod-module.ts';
import type { InsertFlags } from '../module-kernel.ts';
import { type LoadPlanOptions, type LoadStep, loadPlan } from './load-plan.ts';
import { isInKernel, type ProbeSession, withCommandLineOptions } from './probe-session.ts';
import type { Run } from './requests.ts';

/** How a module is to be loaded (kmod: `enum kmod_probe`). */
export interface InsertOptions extends LoadPlanOptions {
  /** What is loaded already counts as not loaded. */
  readonly ignoreLoaded: boolean;
  readonly dryRun: boolean;
  /** Loaded already is an error. */
  readonly failOnLoaded: boolean;
  /** The blacklist applies to a name that is no alias too. */
  readonly useBlacklist: boolean;
  readonly force: InsertFlags;
}

/** Told of every step before it is taken. */
export type ShowStep = (module: KmodModule, installCommand: string | undefined, options: string) => void;

const EEXIST = -errnoNumber('EEXIST');

/** What a step passes to its module: the configured options, a blank, and for the wanted module the operands. */
function stepOptions(configured: string | undefined, operands: string | undefined): string {
  const hasNone = (configured ?? '') === '' && (operands ?? '') === '';
  return hasNone ? '' : `${configured === undefined ? '' : `${configured} `}${operands ?? ''}`;
}

/**
 * Loads a module with all that it needs (kmod: `kmod_module_probe_insert_module`): 0, or a negated errno.
 * Loaded already, or kept out by the blacklist, is 0.
 */
export function* probeInsert(
  session: ProbeSession,
  wanted: KmodModule,
  options: InsertOptions,
  operands: string | undefined,
  show: ShowStep,
): Run {
  const { context } = session;
  if (!options.ignoreLoaded && isInKernel(session, wanted)) return options.failOnLoaded ? EEXIST : 0;
  if (isBlacklisted(context, wanted) && (wanted.alias !== undefined || options.useBlacklist)) return 0;

  const plan = loadPlan(context, wanted, options);
  const masked = plan.find((step) => step.required && isMasked(session, step, options));
  if (masked !== undefined) return -errnoNumber('EPERM');

  for (const step of plan) {
    const error = yield* takeStep(session, step, options, step.module === wanted ? operands : undefined, show);
    if (error === EEXIST && step.module === wanted && options.failOnLoaded) return error;
    if (error < 0 && error !== EEXIST && step.required) return error;
  }
  return 0;
}

function* takeStep(
  session: ProbeSession,
  step: LoadStep,
  options: InsertOptions,
  operands: string | undefined,
  show: ShowStep,
): Run {
  const { context } = session;
  const { module } = step;
  const configured = configuredOptions(context, module);
  const install = configuredCommand(context, module, 'install');
  if (!options.ignoreLoaded && isInKernel(session, module)) return EEXIST;
  if (!step.required && isMasked(session, step, options)) return -errnoNumber('EPERM');

  const parameters = stepOptions(configured, operands);
  const command = step.ignoreCommand ? undefined : install;
  show(module, command, parameters);
  if (options.dryRun) return 0;
  if (command !== undefined) return yield* runInstall(session, module, command, parameters);
  return yield* insertFile(session, module, options, parameters);
}

function isMasked(session: ProbeSession, { module }: LoadStep, options: InsertOptions): boolean {
  const mask = session.context.config.masks.find((each) => each.module === module.name);
  if (mask === undefined || (!options.ignoreLoaded && isInKernel(session, module))) return false;
  session.masked(module, mask);
  return true;
}

function* runInstall(session: ProbeSession, module: KmodModule, command: string, parameters: string): Run {
  const text = withCommandLineOptions(command, parameters);
  const status = yield* session.runCommand(text, module);
  if (status === 0) return 0;
  session.context.log(
    'command_do',
    `Error running install command '${text}' for module ${module.name}: retcode ${status}`,
  );
  return -errnoNumber('EINVAL');
}

function* insertFile(session: ProbeSession, module: KmodModule, options: InsertOptions, parameters: string): Run {
  const { context } = session;
  const path = context.path(module);
  if (path === undefined) {
    context.log('kmod_module_insert_module', `could not find module by name='${module.name}'`);
    return -errnoNumber('ENOENT');
  }
  const damaged = yield { kind: 'prepare', path };
  if (damaged < 0) return damaged;
  return session.kernel().insert(path, options.force, parameters);
}

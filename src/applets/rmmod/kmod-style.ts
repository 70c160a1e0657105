import { existsSync } from 'node:fs';
import { errnoNumber, strerror } from '../../abi/errno.ts';
import { hostPath } from '../../host/host-text.ts';
import { O_NONBLOCK, O_TRUNC } from '../../kernel/unload.ts';
import { statOf } from '../../kmod/files.ts';
import { moduleNameOfPath, normalizeModuleName } from '../../kmod/underscores.ts';
import type { AppletContext } from '../applet.ts';
import { flag, getoptLong, type OptionTable } from '../command-line/getopt-long.ts';
import { moduleCalls } from '../machine/module-calls.ts';
import { runningRelease } from '../machine/running-release.ts';
import { sysfsKernel } from '../machine/sysfs-kernel.ts';
import { takeWrites } from '../machine/take-writes.ts';
import { toByteString } from '../output/byte-string.ts';
import { KmodLog, LOG } from '../output/kmod-log.ts';
import { KMOD_VERSION } from '../output/kmod-version.ts';
import { systemLog } from '../output/system-log.ts';

const OPTIONS: OptionTable = {
  short: 'fsvVwh',
  long: [flag('force', 'f'), flag('syslog', 's'), flag('verbose', 'v'), flag('version', 'V'), flag('help', 'h')],
};

const HELP = `Usage:
	rmmod [options] modulename ...
Options:
	-f, --force       unload by force: dangerous, and only on kernels that allow it
	-s, --syslog      messages go to var/log/messages, not to stderr
	-v, --verbose     say more
	-V, --version     show version
	-h, --help        show this help

Examples:
  rmmod hello
  rmmod -v calc math
`;

/** kmod: tools/rmmod.c, `do_rmmod`. Goes on after a failure; exit status 0 or 1. */
export async function runKmodRmmod(context: AppletContext): Promise<number> {
  const { options, operands } = getoptLong(context.argv, OPTIONS);
  const log = new KmodLog('rmmod', context.stderr, context.env['KMOD_LOG']);
  let priority: number = LOG.ERR;
  let flags = O_NONBLOCK;
  for (const option of options) {
    if ('message' in option) return bare(context, `${context.calledAs}: ${option.message}\n`);
    if (option.id === 'h' || option.id === 'V') {
      context.stdout.write(option.id === 'h' ? HELP : KMOD_VERSION);
      return 0;
    }
    if (option.id === 'w') return bare(context, "rmmod: ERROR: unexpected getopt_long() value 'w'.\n");
    if (option.id === 's') log.useSyslog(systemLog(toByteString(context.options.root)));
    if (option.id === 'v') priority++;
    if (option.id === 'f') flags |= O_TRUNC;
  }
  log.setUp(priority);
  if (operands.length === 0) {
    log.say(LOG.ERR, 'missing module name.');
    return 1;
  }
  return removeAll(context, operands, flags, log);
}

function bare(context: AppletContext, text: string): number {
  context.stderr.write(text);
  return 1;
}

async function removeAll(
  context: AppletContext,
  operands: readonly string[],
  flags: number,
  log: KmodLog,
): Promise<number> {
  let status = 0;
  await takeWrites(context);
  for (const operand of operands) {
    const isPath = operand !== '' && existsSync(hostPath(context.cwd, operand));
    const word = toByteString(operand);
    const name = isPath ? moduleNameOfPath(word) : normalizeModuleName(word);
    if (isPath && word.endsWith('/')) {
      log.say(LOG.ERR, `could not use module ${word}: ${strerror(errnoNumber('ENOENT'))}`);
      break;
    }
    const isChecked = (flags & O_TRUNC) === 0;
    if (isChecked && (await isInUse(context, name, log))) status = 1;
    else if (!(await remove(context, name, flags, log))) status = 1;
  }
  return status;
}

async function remove(context: AppletContext, name: string, flags: number, log: KmodLog): Promise<boolean> {
  const errno = await moduleCalls(context).deleteModule(name, flags);
  if (errno === 0) return true;
  log.library('kmod_module_remove_module', `could not remove '${name}': ${strerror(errno)}`);
  log.say(LOG.ERR, `could not remove module ${name}: ${strerror(errno)}`);
  return false;
}

/** kmod: `check_module_inuse`. */
async function isInUse(context: AppletContext, name: string, log: KmodLog): Promise<boolean> {
  const root = toByteString(context.options.root);
  const kernel = sysfsKernel(root);
  const state = name === '' ? 'coming' : kernel.initState(name);
  if (state !== 'live' && (await isBuiltin(context, name))) return say(log, `Module ${name} is builtin.`);
  if (state === undefined) return say(log, `Module ${name} is not currently loaded`);
  const holders = kernel.holders(name);
  if (statOf(`${root}/sys/module/${name}/holders`) === undefined) {
    const path = `/sys/module/${name}/holders`;
    log.library('kmod_module_get_holders', `could not open '${path}': ${strerror(2)}`);
  }
  if (holders.length > 0) return say(log, `Module ${name} is in use by: ${holders.join(' ')}`);
  const references = kernel.referenceCount(name);
  if (references === undefined) return say(log, 'Module unloading is not supported');
  // A count of -1 passes for an error, without a word.
  return references < 0 || (references > 0 && say(log, `Module ${name} is in use`));
}

/** Whether the kernel's list of built-in modules has it: looked at only for what is not loaded. */
async function isBuiltin({ options, cwd }: AppletContext, name: string): Promise<boolean> {
  const root = toByteString(options.root);
  const { moduleDirectory } = await import('../machine/module-directory.ts');
  const { ModuleTree } = await import('../../kmod/module-tree.ts');
  return new ModuleTree(moduleDirectory(root, runningRelease(root), toByteString(cwd))).isBuiltin(name);
}

function say(log: KmodLog, text: string): true {
  log.say(LOG.ERR, text);
  return true;
}

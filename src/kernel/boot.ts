import type { KernelProfile } from '../profile/kernel-profile.ts';
import { type BootSettings, createKernel } from './create-kernel.ts';
import { findWritableFile } from './files/builtin-sysfs.ts';
import { type SysctlName, sysctls } from './files/sysctl.ts';
import type { BootOptions, Kernel, Lockdown, ModuleRunner } from './kernel.ts';
import { consoleState } from './log/console.ts';
import { runQueries } from './log/dynamic-debug.ts';
import { kstrtobool } from './params/kstrtox.ts';
import { nextArg, skipSpaces } from './params/next-arg.ts';

/** `LOG_BUF_LEN_MAX`, kernel/printk/printk.c. */
const LOG_BUF_LEN_MAX = 2 ** 31;
/** `CONSOLE_LOGLEVEL_QUIET` where the profile does not say it, and `CONSOLE_LOGLEVEL_DEBUG`: include/linux/printk.h. */
const QUIET = 4;
const DEBUG = 10;
const SUFFIXES: Readonly<Record<string, number>> = { K: 1, M: 2, G: 3, T: 4, P: 5, E: 6 };

/** What the command line has said so far. */
interface Draft {
  signatureEnforced?: boolean;
  moduleBlacklist?: string;
  lockdown?: Lockdown;
  initcallDebug?: boolean;
  initcallBlacklist?: string[];
  /** `spectre_v2=off`, `nospectre_v2`, `mitigations=off`: the words that say so. */
  unmitigated?: Set<string>;
  modulesDisabled?: boolean;
  /** `dyndbg=QUERIES`, `NAME.dyndbg=QUERIES`: of the kernel's own messages, for there are no modules yet. */
  queries?: { query: string; module: string | undefined }[];
  logBufferLength?: number;
  /** What /proc/sys/kernel shows from the start. */
  settings?: { name: SysctlName; value: number }[];
  ignoreLevel?: boolean;
  /** `printk_time`. */
  time?: boolean;
  /** What is written into files of /proc/sys when all is up. */
  sysctls?: { path: string; value: string }[];
}

/** A number at the begin of a value, as `get_option` reads it; undefined: there is none. */
function leadingNumber(value: string | undefined): number | undefined {
  const digits = /^-?(0[xX][0-9a-fA-F]+|\d+)/.exec(value ?? '')?.[0];
  return digits === undefined ? undefined : Number(digits);
}

function set(draft: Draft, name: SysctlName, value: number | undefined): void {
  if (value !== undefined) draft.settings = [...(draft.settings ?? []), { name, value }];
}

/** Of one word the last use counts, of several words any. */
function setUnmitigated(draft: Draft, word: string, isOff: boolean): void {
  draft.unmitigated ??= new Set();
  if (isOff) draft.unmitigated.add(word);
  else draft.unmitigated.delete(word);
}

/** The command line's words that a kernel acts on where modules are concerned; the value is `` when there is none. */
const WORDS: Readonly<Record<string, (draft: Draft, value: string | undefined, profile: KernelProfile) => void>> = {
  'module.sig_enforce': (draft, value, profile) => {
    if (truth(profile, value)) draft.signatureEnforced = true;
  },
  module_blacklist: (draft, value) => {
    draft.moduleBlacklist = value ?? '';
  },
  lockdown: (draft, value, profile) => {
    if (value === 'integrity' || value === 'confidentiality') {
      if (profile.config('SECURITY_LOCKDOWN_LSM') === 'y' && draft.lockdown === undefined) draft.lockdown = value;
    }
  },
  initcall_debug: (draft, value, profile) => {
    const on = truth(profile, value);
    if (on !== undefined) draft.initcallDebug = on;
  },
  initcall_blacklist: (draft, value) => {
    draft.initcallBlacklist = [...(draft.initcallBlacklist ?? []), ...(value ?? '').split(',')];
  },
  nomodule: (draft, value, profile) => {
    const on = truth(profile, value);
    if (on !== undefined) draft.modulesDisabled = on;
  },
  spectre_v2: (draft, value) => setUnmitigated(draft, 'spectre_v2', value === 'off'),
  nospectre_v2: (draft) => setUnmitigated(draft, 'nospectre_v2', true),
  mitigations: (draft, value) => setUnmitigated(draft, 'mitigations', value === 'off'),
  log_buf_len: (draft, value) => {
    const length = logBufferLength(value ?? '');
    if (length !== undefined) draft.logBufferLength = length;
  },
  loglevel: (draft, value) => set(draft, 'printk', leadingNumber(value)),
  quiet: (draft, _value, profile) => set(draft, 'printk', Number(profile.config('CONSOLE_LOGLEVEL_QUIET') ?? QUIET)),
  debug: (draft) => set(draft, 'printk', DEBUG),
  ignore_loglevel: (draft) => {
    draft.ignoreLevel = true;
  },
  'printk.ignore_loglevel': (draft, value, profile) => {
    const on = truth(profile, value);
    if (on !== undefined) draft.ignoreLevel = on;
  },
  'printk.time': (draft, value, profile) => {
    const on = truth(profile, value);
    if (on !== undefined) draft.time = on;
  },
  panic: (draft, value) => set(draft, 'panic', leadingNumber(value)),
  panic_on_warn: (draft, value) => set(draft, 'panic_on_warn', leadingNumber(value)),
  oops: (draft, value) => set(draft, 'panic_on_oops', value === 'panic' ? 1 : undefined),
};

/**
 * A kernel freshly booted with a command line: nothing loaded, taint 0, an empty log. What the command line says about
 * modules is taken; `NAME.param=value` stays in /proc/cmdline, where modprobe reads it. Words after `--` are init's.
 */
export function bootKernel(
  profile: KernelProfile,
  commandLine: string,
  runner: ModuleRunner,
  clock: () => number,
  settings: Pick<BootSettings, 'current'> = {},
): Kernel {
  const {
    logBufferLength: length,
    settings: wanted = [],
    ignoreLevel,
    time,
    sysctls: written = [],
    modulesDisabled,
    unmitigated,
    queries = [],
    ...options
  } = readCommandLine(profile, commandLine);
  const known: Partial<BootOptions> = { ...options, ...(unmitigated?.size && { spectreV2Off: true }) };
  const log = length === undefined ? {} : { logBufferLength: Math.max(length, 2 ** shift(profile)) };
  const kernel = createKernel(profile, runner, clock, { ...settings, ...log, commandLine, options: known });
  if (modulesDisabled) kernel.modulesDisabled = true;
  for (const { name, value } of wanted) sysctls(kernel, name)[0] = value;
  if (ignoreLevel) consoleState(kernel).ignoreLevel = true;
  if (time !== undefined) consoleState(kernel).time = time;
  for (const { query, module } of queries) runQueries(kernel, query, module, () => undefined);
  for (const { path, value } of written) findWritableFile(kernel, path)?.store(kernel, value);
  return kernel;
}

function readCommandLine(profile: KernelProfile, commandLine: string): Draft {
  const draft: Draft = {};
  for (let rest = skipSpaces(commandLine); rest !== ''; ) {
    const { param, value, rest: next } = nextArg(rest);
    if (param === '--' && value === undefined) break;
    const name = param.replaceAll('-', '_');
    if (Object.hasOwn(WORDS, name)) WORDS[name]!(draft, value, profile);
    readSysctl(draft, param, value);
    readQueries(draft, param, value);
    rest = next;
  }
  return draft;
}

/** `process_sysctl_arg`, fs/proc/proc_sysctl.c: `sysctl.kernel.panic_on_warn=1`. */
function readSysctl(draft: Draft, param: string, value: string | undefined): void {
  const [, key] = /^sysctl[./](.+)$/s.exec(param) ?? [];
  if (key === undefined || !value) return;
  const path = `proc/sys/${key.replaceAll('.', '/')}`;
  draft.sysctls = [...(draft.sysctls ?? []), { path, value }];
}

/** `ddebug_dyndbg_boot_param_cb`, lib/dynamic_debug.c. */
function readQueries(draft: Draft, param: string, value: string | undefined): void {
  const found = /^(?:([^.]*)\.)?dyndbg$/.exec(param);
  if (found) draft.queries = [...(draft.queries ?? []), { query: value ?? '+p', module: found[1] }];
}

function truth(profile: KernelProfile, value: string | undefined): boolean | undefined {
  const parsed = kstrtobool({ profile }, value ?? '1');
  return 'value' in parsed ? parsed.value : undefined;
}

function shift(profile: KernelProfile): number {
  return Number(profile.config('LOG_BUF_SHIFT') ?? 17);
}

/** `log_buf_len_setup`: memparse, rounded up to a power of two; smaller than the built-in buffer has no effect. */
function logBufferLength(value: string): number | undefined {
  const match = /^(0[xX][0-9a-fA-F]+|\d+)([KMGTPE]?)/i.exec(value);
  if (!match) return undefined;
  const size = Number(match[1]) * 1024 ** (SUFFIXES[match[2]!.toUpperCase()] ?? 0);
  return size === 0 ? undefined : 2 ** Math.ceil(Math.log2(Math.min(size, LOG_BUF_LEN_MAX)));
}

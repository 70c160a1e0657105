import { bytesOf } from '../container/bytes.ts';
import type { KernelImage } from './kernel-image.ts';
import { occurrences } from './search.ts';

/** What an image without its `.config` shows of one option. */
interface Evidence {
  readonly option: string;
  /** A word of `vermagic[]`, include/linux/vermagic.h. */
  readonly word?: string;
  /** Functions of which only kernels with the option have any. */
  readonly symbols?: readonly string[];
  /** Text that only kernels with the option print. */
  readonly text?: string;
}

/** The options that the loader of modules asks for and that leave a trace; the others stay unknown. */
const EVIDENCE: readonly Evidence[] = [
  { option: 'SMP', word: 'SMP' },
  { option: 'PREEMPT_BUILD', word: 'preempt' },
  { option: 'PREEMPT_RT', word: 'preempt_rt' },
  { option: 'MODULE_UNLOAD', word: 'mod_unload' },
  { option: 'MODVERSIONS', word: 'modversions' },
  // kernel/module/main.c, try_to_force_load
  { option: 'MODULE_FORCE_LOAD', text: '%s: %s: kernel tainted.\n' },
  // kernel/module/main.c, verify_namespace_is_imported: a warning where it is not an error
  { option: 'MODULE_ALLOW_MISSING_NAMESPACE_IMPORTS', text: '\x014%s: module uses symbol (%s) from namespace' },
  { option: 'MODULE_SIG', symbols: ['mod_verify_sig'] },
  {
    option: 'STRICT_MODULE_RWX',
    symbols: ['module_enforce_rwx_sections', 'module_enable_nx', 'module_enable_text_rox'],
  },
  { option: 'LIVEPATCH', symbols: ['klp_module_coming'] },
  { option: 'DYNAMIC_DEBUG', symbols: ['ddebug_dyndbg_module_param_cb'] },
  { option: 'DEBUG_INFO_BTF_MODULES', symbols: ['btf_module_notify'] },
  // kernel/bpf/btf.c, btf_module_notify; not in all versions
  { option: 'MODULE_ALLOW_BTF_MISMATCH', text: 'Kernel module BTF mismatch detected' },
  { option: 'RETPOLINE', symbols: ['retpoline_module_ok'] },
  { option: 'SECURITY_LOCKDOWN_LSM', symbols: ['lockdown_is_locked_down'] },
];

/**
 * The lines of a `.config` that a kernel image without one gives away: by its version magic, its functions and its
 * messages. An option that is missing may be off, or not be told.
 */
export function inferConfig(image: KernelImage, vermagic: string, symbols: ReadonlySet<string>): string {
  const words = new Set(vermagic.split(' '));
  const isSet = ({ word, symbols: functions = [], text }: Evidence): boolean =>
    (word !== undefined && words.has(word)) ||
    functions.some((name) => symbols.has(name)) ||
    (text !== undefined && hasText(image, text));
  return EVIDENCE.filter(isSet)
    .map(({ option }) => `CONFIG_${option}=y\n`)
    .join('');
}

function hasText(image: KernelImage, text: string): boolean {
  for (const _place of occurrences(image, bytesOf(text))) return true;
  return false;
}

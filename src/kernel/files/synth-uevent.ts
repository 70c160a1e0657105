import { EINVAL } from '../../abi/negative-errno.ts';
import type { Kernel } from '../kernel.ts';
import type { KernelResult } from '../kernel-result.ts';
import { KERN, printk } from '../log/printk.ts';

/** `kobject_actions[]`. */
const ACTIONS = new Set(['add', 'remove', 'change', 'move', 'online', 'offline', 'bind', 'unbind']);
/** A UUID, then words of letters and digits: `KEY=VALUE`. */
const ARGUMENTS = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}(?: [a-z\d]+=[a-z\d]+)*$/i;

/** What is wrong with a text written into a `uevent` file; undefined: nothing. */
function complaint(text: string): string | undefined {
  const [action = '', ...words] = text.replace(/[\n\0]$/, '').split(' ');
  if (!ACTIONS.has(action)) return 'unknown uevent action string';
  return words.length === 0 || ARGUMENTS.test(words.join(' ')) ? undefined : 'incorrect uevent action arguments';
}

/**
 * `kobject_synth_uevent`, lib/kobject_uevent.c: asks for an event about the kobject at `path` (`/module/hello`). Nobody
 * listens. 0, or -EINVAL with a line in the log.
 */
export function synthUevent(kernel: Kernel, path: string, text: string): KernelResult {
  const wrong = complaint(text);
  if (wrong === undefined) return 0;
  printk(kernel, KERN.WARNING, `synth uevent: ${path}: ${wrong}`);
  return EINVAL;
}

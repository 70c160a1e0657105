import { EINVAL } from '../../abi/negative-errno.ts';
import { sysctls } from '../files/sysctl.ts';
import type { Kernel } from '../kernel.ts';
import type { LogLevel } from './log-record.ts';
import { LOG_LINE_MAX, storeMessage } from './printk.ts';

/** /dev/kmsg: kernel/printk/printk.c. */

/** `LOG_USER` as a facility's number: who writes without one, or as the kernel. */
const USER = 1;
const FACILITIES = 0xff;
/** `MESSAGE_LOGLEVEL_DEFAULT` stands second in `console_printk[]`. */
const DEFAULT_LEVEL = 1;

/** `devkmsg_write`: a message of a program, with `<PRIORITY>` in front if it likes. 0 or -EINVAL. */
export function writeKmsg(kernel: Kernel, text: string): number {
  if (text.length > LOG_LINE_MAX) return EINVAL;
  const [prefix = '', number] = /^<(\d+)>/.exec(text) ?? [];
  const priority = Number(BigInt.asUintN(32, BigInt(number ?? 0)));
  const level = number === undefined ? sysctls(kernel, 'printk')[DEFAULT_LEVEL]! & 7 : priority & 7;
  const facility = (priority >>> 3) & FACILITIES || USER;
  const [message = ''] = text.slice(prefix.length).split('\0', 1);
  storeMessage(kernel, level as LogLevel, message, { facility, prefixLength: 0 });
  return 0;
}

/** What reading it gives from the oldest record on: `info_print_ext_header`, `msg_print_ext_body`. */
export function kmsgText(kernel: Kernel): string {
  return kernel.log
    .filter(({ open }) => !open)
    .map(({ facility = 0, level, sequence, timestamp, text }) => {
      const escaped = text.replace(/[^ -[\]-~]/g, (char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`);
      return `${(facility << 3) | level},${sequence},${timestamp},-;${escaped}\n`;
    })
    .join('');
}

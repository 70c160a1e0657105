import { kzalloc } from '../../../kernel/memory/heap.ts';
import type { Address } from '../../../memory/address.ts';
import { writeBytes } from '../../guest-text.ts';
import { type GuestCall, row, rowsOf } from '../../kernel-function.ts';
import { guestArguments } from '../../vsprintf/format-context.ts';
import { format, variadic, vformat } from './printk.ts';
import { scan } from './sscanf.ts';

/** Puts a text into a buffer of `size` bytes with its NUL, cut where it does not fit. */
export function putText(call: GuestCall, buffer: Address, size: number, text: string): void {
  if (size === 0) return;
  writeBytes(call.session, buffer, `${text.slice(0, size - 1)}\0`);
}

/** `snprintf`: the length that the whole text has. */
function print(call: GuestCall, text: string): number {
  putText(call, call.pointer(0), Math.min(call.size(1), 0x7fffffff), text);
  return text.length;
}

/** `scnprintf`: the length that was written. */
function printCounted(call: GuestCall, text: string): number {
  print(call, text);
  return Math.max(0, Math.min(text.length, call.size(1) - 1));
}

/** `kvasprintf`. */
function allocateText(call: GuestCall, text: string): Address {
  const address = kzalloc(call.kernel, text.length + 1);
  writeBytes(call.session, address, text);
  return address;
}

const NO_LIMIT = 0x7fffffff;

const formatRows = rowsOf('lib/vsprintf.c', [
  [
    'int snprintf(char *buf, size_t size, const char *fmt, ...)',
    (call) => print(call, format(call, call.string(2), variadic(call, 3))),
  ],
  [
    'int scnprintf(char *buf, size_t size, const char *fmt, ...)',
    (call) => printCounted(call, format(call, call.string(2), variadic(call, 3))),
  ],
  ['int vsnprintf(char *buf, size_t size, const char *fmt, va_list args)', (call) => print(call, vformat(call, 2))],
  [
    'int vscnprintf(char *buf, size_t size, const char *fmt, va_list args)',
    (call) => printCounted(call, vformat(call, 2)),
  ],
  [
    'int sprintf(char *buf, const char *fmt, ...)',
    (call) => {
      const text = format(call, call.string(1), variadic(call, 2));
      putText(call, call.pointer(0), NO_LIMIT, text);
      return text.length;
    },
  ],
  [
    'int vsprintf(char *buf, const char *fmt, va_list args)',
    (call) => {
      const text = vformat(call, 1);
      putText(call, call.pointer(0), NO_LIMIT, text);
      return text.length;
    },
  ],
  [
    'int sscanf(const char *buf, const char *fmt, ...)',
    (call) => scan(call.memory, call.string(0), call.string(1), variadic(call, 2)),
  ],
  [
    'int vsscanf(const char *buf, const char *fmt, va_list args)',
    (call) => scan(call.memory, call.string(0), call.string(1), guestArguments(call.memory, call.pointer(2))),
  ],
]);

/** printf and scanf into and from guest memory. */
export const textFormatFunctions = () => [
  ...formatRows,
  row('char *kasprintf(gfp_t gfp, const char *fmt, ...)', 'lib/kasprintf.c', (call) =>
    allocateText(call, format(call, call.string(1), variadic(call, 2))),
  ),
  row('char *kvasprintf(gfp_t gfp, const char *fmt, va_list ap)', 'lib/kasprintf.c', (call) =>
    allocateText(call, vformat(call, 1)),
  ),
  row('const char *kvasprintf_const(gfp_t gfp, const char *fmt, va_list ap)', 'lib/kasprintf.c', (call) =>
    allocateText(call, vformat(call, 1)),
  ),
  row('char *devm_kasprintf(struct device *dev, gfp_t gfp, const char *fmt, ...)', 'drivers/base/devres.c', (call) =>
    allocateText(call, format(call, call.string(2), variadic(call, 3))),
  ),
];

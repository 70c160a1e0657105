import { KERN, type LogLevel } from '../../../kernel/log/printk.ts';
import type { Address } from '../../../memory/address.ts';
import type { Session } from '../../core/session.ts';
import { type GuestCall, type KernelFunction, row, rowsOf } from '../../kernel-function.ts';
import { errname } from '../../vsprintf/errname.ts';
import { guestArguments } from '../../vsprintf/format-context.ts';
import { isEnabled, prefixOf } from '../dynamic-debug.ts';
import { emit, format, variadic } from '../text/printk.ts';
import { deviceName, driverString } from './devices.ts';

const EPROBE_DEFER = -517;

/** `__dev_printk`: `driver name: text`. */
export function devicePrefix(session: Session, device: Address): string {
  if (device === 0) return '(NULL device *): ';
  return `${driverString(session, device)} ${deviceName(session, device)}: `;
}

/** The text of a `struct va_format`-free call: format at `index`, then its arguments. */
function textAt(call: GuestCall, index: number): string {
  return format(call, call.string(index), variadic(call, index + 1));
}

const atLevel =
  (level: LogLevel): KernelFunction =>
  (call) =>
    void emit(call.session, `\x01${level}${devicePrefix(call.session, call.pointer(0))}${textAt(call, 1)}`);

/** The rows of one family: function suffix, level. */
const LEVELS = [
  ['emerg', KERN.EMERG],
  ['alert', KERN.ALERT],
  ['crit', KERN.CRIT],
  ['err', KERN.ERR],
  ['warn', KERN.WARNING],
  ['notice', KERN.NOTICE],
  ['info', KERN.INFO],
] as const;

/** `dev_err_probe`: a deferred probe is only a debug message. */
function errProbe(call: GuestCall): number {
  const [device, error] = [call.pointer(0), call.int(1)];
  const text = textAt(call, 2);
  const name = errname(-error);
  const shown = name === undefined ? `${error}` : `-${name}`;
  if (error !== EPROBE_DEFER) emit(call.session, `\x013${devicePrefix(call.session, device)}error ${shown}: ${text}`);
  return error;
}

/** `netdev_…`: the interface's name in place of the device's. */
function netPrefix(session: Session, device: Address): string {
  if (device === 0) return '(NULL net_device): ';
  const name = session.memory.readCString(session.at(device, 'net_device', 'name'), 16);
  return `${name}: `;
}

const netAtLevel =
  (level: LogLevel): KernelFunction =>
  (call) =>
    void emit(call.session, `\x01${level}${netPrefix(call.session, call.pointer(0))}${textAt(call, 1)}`);

/** A dynamic debug message: descriptor, then what its kind puts before the text. */
const debugMessage =
  (prefix: (call: GuestCall) => string, formatIndex: number): KernelFunction =>
  (call) => {
    const descriptor = call.pointer(0);
    if (!isEnabled(call.session, descriptor)) return;
    emit(call.session, `\x017${prefixOf(call.session, descriptor)}${prefix(call)}${textAt(call, formatIndex)}`);
  };

/** Messages of devices, of network devices, and of dynamic debug. */
export const deviceMessageFunctions = () => [
  ...LEVELS.flatMap(([suffix, level]) =>
    rowsOf('drivers/base/core.c', [
      [`void _dev_${suffix}(const struct device *dev, const char *fmt, ...)`, atLevel(level)],
    ]),
  ),
  ...LEVELS.flatMap(([suffix, level]) =>
    rowsOf('net/core/dev.c', [
      [`void netdev_${suffix}(const struct net_device *dev, const char *format, ...)`, netAtLevel(level)],
    ]),
  ),
  ...rowsOf('drivers/base/core.c', [
    [
      'void _dev_printk(const char *level, const struct device *dev, const char *fmt, ...)',
      (call) => void emit(call.session, call.string(0) + devicePrefix(call.session, call.pointer(1)) + textAt(call, 2)),
    ],
    [
      'int dev_printk_emit(int level, const struct device *dev, const char *fmt, ...)',
      (call) => emit(call.session, `\x01${call.int(0)}${textAt(call, 2)}`),
    ],
    [
      'int dev_vprintk_emit(int level, const struct device *dev, const char *fmt, va_list args)',
      (call) =>
        emit(
          call.session,
          `\x01${call.int(0)}${format(call, call.string(2), guestArguments(call.memory, call.pointer(3)))}`,
        ),
    ],
    ['int dev_err_probe(const struct device *dev, int err, const char *fmt, ...)', errProbe],
  ]),
  row(
    'void __dynamic_pr_debug(struct _ddebug *descriptor, const char *fmt, ...)',
    'lib/dynamic_debug.c',
    debugMessage(() => '', 1),
  ),
  row(
    'void __dynamic_dev_dbg(struct _ddebug *descriptor, const struct device *dev, const char *fmt, ...)',
    'lib/dynamic_debug.c',
    debugMessage((call) => devicePrefix(call.session, call.pointer(1)), 2),
  ),
  row(
    'void __dynamic_netdev_dbg(struct _ddebug *descriptor, const struct net_device *dev, const char *fmt, ...)',
    'lib/dynamic_debug.c',
    debugMessage((call) => netPrefix(call.session, call.pointer(1)), 2),
  ),
];

import { EPROBE_DEFER } from '../../../abi/negative-errno.ts';
import { KERN, type LogLevel } from '../../../kernel/log/printk.ts';
import type { Address } from '../../../memory/address.ts';
import type { Session } from '../../core/session.ts';
import { type GuestCall, type KernelFunction, row, rowsOf } from '../../kernel-function.ts';
import { guestArguments } from '../../vsprintf/format-context.ts';
import { isEnabled, prefixOf } from '../dynamic-debug.ts';
import { emit, format, variadic } from '../text/printk.ts';
import { deviceName, driverString } from './devices.ts';

/** `__dev_printk`: `driver name: text`. */
export function devicePrefix(session: Session, device: Address): string {
  if (device === 0) return '(NULL device *): ';
  return `${driverString(session, device)} ${deviceName(session, device)}: `;
}

/** The text of a `struct va_format`-free call: format at `index`, then its arguments. */
function textAt(call: GuestCall, index: number): string {
  return format(call, call.string(index), variadic(call, index + 1));
}

/** `__dev_printk`: a device's record is finished by itself; without a device it is a plain message. */
function emitFor({ session }: GuestCall, level: string, device: Address, text: string): void {
  emit(session, `${level}${devicePrefix(session, device)}${text}`, undefined, device !== 0);
}

const atLevel =
  (level: LogLevel): KernelFunction =>
  (call) =>
    emitFor(call, `\x01${level}`, call.pointer(0), textAt(call, 1));

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
  if (error === EPROBE_DEFER) return error;
  const name = format(call, '%pe', { next: () => BigInt.asUintN(64, BigInt(error)) });
  emitFor(call, '\x013', device, `error ${name}: ${textAt(call, 2)}`);
  return error;
}

/** `netdev_reg_state`, include/linux/netdevice.h, by `enum netreg_state`. */
const REGISTRATION = [' (uninitialized)', '', ' (unregistering)', ' (unregistered)', ' (released)', ' (dummy)'];

/** `__netdev_printk` of an interface without a parent: its name and whether it is registered. */
function netPrefix(session: Session, device: Address): string {
  if (device === 0) return '(NULL net_device): ';
  const name = session.memory.readCString(session.at(device, 'net_device', 'name'), 16);
  const state = session.memory.readU8(session.at(device, 'net_device', 'reg_state'));
  const shown = name === '' || name.includes('%') ? '(unnamed net_device)' : name;
  return `${shown}${REGISTRATION[state] ?? ' (unknown)'}: `;
}

const netAtLevel =
  (level: LogLevel): KernelFunction =>
  (call) =>
    void emit(call.session, `\x01${level}${netPrefix(call.session, call.pointer(0))}${textAt(call, 1)}`);

/** A dynamic debug message: descriptor, then what its kind puts before the text; without a device it has no prefix. */
const debugMessage =
  (named: (call: GuestCall) => string, formatIndex: number, hasPrefix: (call: GuestCall) => boolean): KernelFunction =>
  (call) => {
    const descriptor = call.pointer(0);
    if (!isEnabled(call.session, descriptor)) return;
    const prefix = hasPrefix(call) ? prefixOf(call.session, descriptor) : '';
    const isDevice = formatIndex > 1 && hasPrefix(call);
    emit(call.session, `\x017${prefix}${named(call)}${textAt(call, formatIndex)}`, undefined, isDevice);
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
      (call) => emitFor(call, call.string(0), call.pointer(1), textAt(call, 2)),
    ],
    [
      'int dev_printk_emit(int level, const struct device *dev, const char *fmt, ...)',
      (call) => emit(call.session, textAt(call, 2), call.int(0) as LogLevel, true),
    ],
    [
      'int dev_vprintk_emit(int level, const struct device *dev, const char *fmt, va_list args)',
      (call) =>
        emit(
          call.session,
          format(call, call.string(2), guestArguments(call.memory, call.pointer(3))),
          call.int(0) as LogLevel,
          true,
        ),
    ],
    ['int dev_err_probe(const struct device *dev, int err, const char *fmt, ...)', errProbe],
  ]),
  row(
    'void __dynamic_pr_debug(struct _ddebug *descriptor, const char *fmt, ...)',
    'lib/dynamic_debug.c',
    debugMessage(
      () => '',
      1,
      () => true,
    ),
  ),
  row(
    'void __dynamic_dev_dbg(struct _ddebug *descriptor, const struct device *dev, const char *fmt, ...)',
    'lib/dynamic_debug.c',
    debugMessage(
      (call) => devicePrefix(call.session, call.pointer(1)),
      2,
      (call) => call.pointer(1) !== 0,
    ),
  ),
  row(
    'void __dynamic_netdev_dbg(struct _ddebug *descriptor, const struct net_device *dev, const char *fmt, ...)',
    'lib/dynamic_debug.c',
    debugMessage(
      (call) => netPrefix(call.session, call.pointer(1)),
      2,
      () => false,
    ),
  ),
];

import { KERN, printk } from '../../kernel/log/printk.ts';
import { addressFromBits } from '../../memory/address.ts';
import { kernelBug } from '../core/faults/oops.ts';
import { panic } from '../core/faults/panic.ts';
import { sprintSymbol } from '../core/faults/symbolize.ts';
import { warn } from '../core/faults/warn.ts';
import type { Session } from '../core/session.ts';
import { type GuestCall, nothing, rowsOf } from '../kernel-function.ts';
import { listDebugRows } from './list-debug.ts';

/** `refcount_warn_saturate`: what each kind of misuse is called. Source: lib/refcount.c. */
const REFCOUNT_WORDS = [
  'refcount_t: saturated; leaking memory.',
  'refcount_t: saturated; leaking memory.',
  'refcount_t: addition on 0; use-after-free.',
  'refcount_t: underflow; use-after-free.',
  'refcount_t: decrement hit 0; leaking memory.',
];

/** Where each of them is said. */
const REFCOUNT_PLACES = [
  { place: 'lib/refcount.c:19', where: 'refcount_warn_saturate+0x74/0x110' },
  { place: 'lib/refcount.c:22', where: 'refcount_warn_saturate+0x51/0x110' },
  { place: 'lib/refcount.c:25', where: 'refcount_warn_saturate+0x97/0x110' },
  { place: 'lib/refcount.c:28', where: 'refcount_warn_saturate+0xba/0x110' },
  { place: 'lib/refcount.c:31', where: 'refcount_warn_saturate+0xfb/0x110' },
];

function refcountWarn(call: GuestCall): void {
  call.memory.writeU32(call.pointer(0), 0xc0000000);
  warnRefcount(call.session, call.int(1));
}

/** `REFCOUNT_SUB_UAF`: a reference too many is given back. */
export const REFCOUNT_UNDERFLOW = 3;

/** The warning of `refcount_warn_saturate`, once a boot for each kind of misuse. */
export function warnRefcount(session: Session, kind: number): void {
  const { saidOnce } = session.kernel;
  const message = REFCOUNT_WORDS[kind] ?? 'refcount_t: unknown saturation event!?.';
  if (saidOnce.has(message)) return;
  saidOnce.add(message);
  warn(session, {
    ...(REFCOUNT_PLACES[kind] ?? { place: 'lib/refcount.c:34', where: 'refcount_warn_saturate+0xe1/0x110' }),
    message,
  });
}

function stackFail(call: GuestCall): void {
  const caller = call.memory.readPointer(addressFromBits(call.cpu.readRegister('rsp')));
  const where = sprintSymbol(call.kernel, caller, 'B');
  panic(call.session, `stack-protector: Kernel stack is corrupted in: ${where}`);
}

/** What the hardened kernel calls when a check of its own fails. */
export const checkFunctions = () => [
  ...rowsOf('kernel/panic.c', [['void __stack_chk_fail(void)', stackFail]]),
  ...rowsOf('lib/string_helpers.c', [
    [
      'void fortify_panic(const char *name)',
      (call) => {
        printk(call.kernel, KERN.EMERG, `detected buffer overflow in ${call.string(0)}`);
        kernelBug(call.session, 'lib/string_helpers.c:1027', 'fortify_panic+0xf/0x11');
      },
    ],
    ['void __write_overflow_field(size_t avail, size_t wanted)', nothing],
    ['void __read_overflow2_field(size_t avail, size_t wanted)', nothing],
  ]),
  ...rowsOf('lib/refcount.c', [
    ['void refcount_warn_saturate(refcount_t *r, enum refcount_saturation_type t)', refcountWarn],
  ]),
  ...listDebugRows(),
];

import { KERN, printk } from '../../kernel/printk.ts';
import { addressFromBits } from '../../memory/address.ts';
import { kernelBug, panic } from '../core/oops.ts';
import { sprintSymbol } from '../core/symbolize.ts';
import { warn } from '../core/warn.ts';
import { type GuestCall, rowsOf } from '../kernel-function.ts';

const nothing = (): undefined => undefined;

/** `refcount_warn_saturate`: what each kind of misuse is called. Source: lib/refcount.c. */
const REFCOUNT_WORDS = [
  'refcount_t: saturated; leaking memory.',
  'refcount_t: saturated; leaking memory.',
  'refcount_t: addition on 0; use-after-free.',
  'refcount_t: underflow; use-after-free.',
  'refcount_t: decrement hit 0; leaking memory.',
];

function refcountWarn(call: GuestCall): void {
  const [counter, kind] = [call.pointer(0), call.int(1)];
  call.memory.writeU32(counter, 0xc0000000);
  const message = REFCOUNT_WORDS[kind] ?? 'refcount_t: unknown saturation event!?.';
  if (call.kernel.saidOnce.has(message)) return;
  call.kernel.saidOnce.add(message);
  warn(call.session, {
    place: `lib/refcount.c:${[22, 22, 25, 28, 31][kind] ?? 34}`,
    where: 'refcount_warn_saturate',
    message,
  });
}

/** `list_add` with CONFIG_DEBUG_LIST: true when the neighbours agree. */
function listAddValid(call: GuestCall): boolean {
  const [entry, previous, next] = [call.pointer(0), call.pointer(1), call.pointer(2)];
  const { memory } = call;
  return (
    memory.readPointer(next + 8) === previous &&
    memory.readPointer(previous) === next &&
    entry !== previous &&
    entry !== next
  );
}

function listDelValid(call: GuestCall): boolean {
  const entry = call.pointer(0);
  const [next, previous] = [call.memory.readPointer(entry), call.memory.readPointer(entry + 8)];
  return call.memory.readPointer(previous) === entry && call.memory.readPointer(next + 8) === entry;
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
  ...rowsOf('lib/list_debug.c', [
    ['bool __list_add_valid(struct list_head *new, struct list_head *prev, struct list_head *next)', listAddValid],
    ['bool __list_del_entry_valid(struct list_head *entry)', listDelValid],
  ]),
];

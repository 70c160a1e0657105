import { EEXIST, ENOENT } from '../../../abi/negative-errno.ts';
import type { Module } from '../../../kernel/module.ts';
import { subsystem } from '../../../kernel/subsystem.ts';
import type { Address } from '../../../memory/address.ts';
import type { Session } from '../../core/session.ts';
import { type GuestCall, type KernelFunction, rowsOf } from '../../kernel-function.ts';

/** `NOTIFY_STOP_MASK`, include/linux/notifier.h. */
const NOTIFY_STOP_MASK = 0x8000;
/** `enum module_state`: what the module chain is told. */
const MODULE_STATE = { LIVE: 0, COMING: 1, GOING: 2 } as const;

/** Chains of notifier blocks by name or by the address of their head, the first to be called first. */
const chains = subsystem('notifiers', () => ({ chains: {} as Record<string, Address[]> }));

function register(call: GuestCall, chain: string, block: Address): number {
  const { session } = call;
  const all = chains(call.kernel).chains;
  all[chain] ??= [];
  const list = all[chain];
  if (list.includes(block)) return EEXIST;
  const priority = (each: Address): number =>
    session.memory.readU32(session.at(each, 'notifier_block', 'priority')) | 0;
  const at = list.findIndex((each) => priority(each) < priority(block));
  list.splice(at < 0 ? list.length : at, 0, block);
  return 0;
}

function unregister(call: GuestCall, chain: string, block: Address): number {
  const list = chains(call.kernel).chains[chain] ?? [];
  if (!list.includes(block)) return ENOENT;
  list.splice(list.indexOf(block), 1);
  return 0;
}

/** `notifier_call_chain`. */
function callChain(session: Session, chain: string, event: number, data: Address): number {
  let result = 0;
  for (const block of [...(chains(session.kernel).chains[chain] ?? [])]) {
    result = session.callInt(session.pointerAt(block, 'notifier_block', 'notifier_call'), block, event, data);
    if (result & NOTIFY_STOP_MASK) break;
  }
  return result;
}

/** `blocking_notifier_call_chain(&module_notify_list, state, mod)`. */
export function callModuleNotifiers(session: Session, module: Module, event: 'COMING' | 'LIVE' | 'GOING'): void {
  callChain(session, 'module', MODULE_STATE[event], module.thisModule);
}

const onHead =
  (work: (call: GuestCall, chain: string, block: Address) => number): KernelFunction =>
  (call) =>
    work(call, String(call.pointer(0)), call.pointer(1));

const onNamed =
  (work: (call: GuestCall, chain: string, block: Address) => number, chain: string): KernelFunction =>
  (call) =>
    work(call, chain, call.pointer(0));

const callHead: KernelFunction = (call) =>
  callChain(call.session, String(call.pointer(0)), call.size(1), call.pointer(2));

/** Chains of the kernel's own that modules join: function suffix, source. Nothing happens on them but what is said here. */
const NAMED = [
  ['module_notifier', 'module', 'kernel/module/main.c'],
  ['reboot_notifier', 'reboot', 'kernel/reboot.c'],
  ['netdevice_notifier', 'netdevice', 'net/core/dev.c'],
  ['inetaddr_notifier', 'inetaddr', 'net/ipv4/devinet.c'],
  ['inet6addr_notifier', 'inet6addr', 'net/ipv6/addrconf_core.c'],
  ['inetaddr_validator_notifier', 'inetaddr-validator', 'net/ipv4/devinet.c'],
  ['inet6addr_validator_notifier', 'inet6addr-validator', 'net/ipv6/addrconf_core.c'],
  ['netevent_notifier', 'netevent', 'net/core/netevent.c'],
  ['pm_notifier', 'pm', 'kernel/power/main.c'],
  ['keyboard_notifier', 'keyboard', 'drivers/tty/vt/keyboard.c'],
  ['vt_notifier', 'vt', 'drivers/tty/vt/vt.c'],
  ['die_notifier', 'die', 'kernel/notifier.c'],
  ['oom_notifier', 'oom', 'mm/oom_kill.c'],
  ['memory_notifier', 'memory', 'drivers/base/memory.c'],
  ['dcbevent_notifier', 'dcbevent', 'net/dcb/dcbevent.c'],
  ['switchdev_notifier', 'switchdev', 'net/switchdev/switchdev.c'],
  ['acpi_notifier', 'acpi', 'drivers/acpi/event.c'],
  ['random_vmfork_notifier', 'vmfork', 'drivers/char/random.c'],
  ['blocking_lsm_notifier', 'lsm', 'security/security.c'],
] as const;

/** Notifier chains: kernel/notifier.c. */
export const notifierFunctions = () => [
  ...rowsOf('kernel/notifier.c', [
    [
      'int blocking_notifier_chain_register(struct blocking_notifier_head *nh, struct notifier_block *n)',
      onHead(register),
    ],
    [
      'int blocking_notifier_chain_unregister(struct blocking_notifier_head *nh, struct notifier_block *n)',
      onHead(unregister),
    ],
    ['int blocking_notifier_call_chain(struct blocking_notifier_head *nh, unsigned long val, void *v)', callHead],
    ['int atomic_notifier_chain_register(struct atomic_notifier_head *nh, struct notifier_block *n)', onHead(register)],
    [
      'int atomic_notifier_chain_unregister(struct atomic_notifier_head *nh, struct notifier_block *n)',
      onHead(unregister),
    ],
    ['int atomic_notifier_call_chain(struct atomic_notifier_head *nh, unsigned long val, void *v)', callHead],
    ['int raw_notifier_chain_register(struct raw_notifier_head *nh, struct notifier_block *n)', onHead(register)],
    ['int raw_notifier_chain_unregister(struct raw_notifier_head *nh, struct notifier_block *n)', onHead(unregister)],
    ['int raw_notifier_call_chain(struct raw_notifier_head *nh, unsigned long val, void *v)', callHead],
    ['int srcu_notifier_chain_register(struct srcu_notifier_head *nh, struct notifier_block *n)', onHead(register)],
    ['int srcu_notifier_chain_unregister(struct srcu_notifier_head *nh, struct notifier_block *n)', onHead(unregister)],
    ['int srcu_notifier_call_chain(struct srcu_notifier_head *nh, unsigned long val, void *v)', callHead],
  ]),
  ...NAMED.flatMap(([suffix, chain, source]) =>
    rowsOf(source, [
      [`int register_${suffix}(struct notifier_block *nb)`, onNamed(register, chain)],
      [`int unregister_${suffix}(struct notifier_block *nb)`, onNamed(unregister, chain)],
    ]),
  ),
];

import { EEXIST } from '../../../abi/negative-errno.ts';
import { kfree, kzalloc } from '../../../kernel/memory/heap.ts';
import { subsystem } from '../../../kernel/subsystem.ts';
import type { Address } from '../../../memory/address.ts';
import type { Session } from '../../core/session.ts';
import { writeBytes } from '../../guest-text.ts';
import { type GuestCall, nothing, rowsOf } from '../../kernel-function.ts';
import { initListHead } from '../../lists.ts';
import { addNetDeviceFiles, removeNetDeviceFiles } from './net-files.ts';

const NAME_SIZE = 16;
const NET_NAME_ENUM = 1;
const ALIGN = 32;
/** `ether_setup`, net/ethernet/eth.c: fields of a `net_device` and their values. */
const ETHERNET: readonly (readonly [field: string, bytes: 1 | 2 | 4, value: number])[] = [
  ['type', 2, 1],
  ['hard_header_len', 2, 14],
  ['min_header_len', 1, 14],
  ['mtu', 4, 1500],
  ['min_mtu', 4, 68],
  ['max_mtu', 4, 1500],
  ['addr_len', 1, 6],
  ['tx_queue_len', 4, 1000],
  ['flags', 4, 0x1002],
];
/** `__LINK_STATE_NOCARRIER`, `struct net_device.state`. */
const NOCARRIER = 1n << 2n;

/** Registered devices, and the next's number; `lo` is there when the machine has booted. */
const netState = subsystem('net', () => ({ devices: [] as Address[], nextIndex: 2 }));

function nameOf(session: Session, device: Address): string {
  return session.memory.readCString(session.at(device, 'net_device', 'name'), NAME_SIZE);
}

/** `enum netdev_reg_state`, include/linux/netdevice.h. */
const NETREG = { REGISTERED: 1, UNREGISTERING: 2, UNREGISTERED: 3 } as const;

function writeField(session: Session, device: Address, field: string, bytes: 1 | 2 | 4, value: number): void {
  const at = session.at(device, 'net_device', field);
  for (let index = 0; index < bytes; index++) session.memory.writeU8(at + index, (value >>> (8 * index)) & 0xff);
}

function etherSetup(session: Session, device: Address): void {
  for (const [field, bytes, value] of ETHERNET) writeField(session, device, field, bytes, value);
  session.memory.view(session.at(device, 'net_device', 'broadcast'), 6, 'write').fill(0xff);
}

/** What `alloc_netdev_mqs` is asked for. */
interface Wanted {
  readonly privateSize: number;
  readonly name: string;
  /** `NET_NAME_UNKNOWN` …, include/uapi/linux/netdevice.h. */
  readonly nameOrigin: number;
  readonly transmitQueues: number;
  readonly receiveQueues: number;
  readonly setup: (device: Address) => void;
}

/** `alloc_netdev_mqs`: the device with its private part behind it and its transmit queues. */
function allocate({ session, memory, kernel }: GuestCall, wanted: Wanted): Address {
  const size = Math.ceil(session.fields.size('net_device') / ALIGN) * ALIGN;
  const device = kzalloc(kernel, size + wanted.privateSize);
  const queueSize = session.fields.size('netdev_queue');
  const queues = kzalloc(kernel, Math.max(1, wanted.transmitQueues) * queueSize);
  memory.writePointer(session.at(device, 'net_device', '_tx'), queues);
  for (let index = 0; index < wanted.transmitQueues; index++)
    memory.writePointer(session.at(queues + index * queueSize, 'netdev_queue', 'dev'), device);
  for (const field of ['num_tx_queues', 'real_num_tx_queues'])
    writeField(session, device, field, 4, wanted.transmitQueues);
  for (const field of ['num_rx_queues', 'real_num_rx_queues'])
    writeField(session, device, field, 4, wanted.receiveQueues);
  memory.writePointer(session.at(device, 'net_device', 'dev_addr'), kzalloc(kernel, ALIGN));
  for (const field of ['napi_list', 'unreg_list', 'close_list', 'dev_list']) {
    const at = session.fields.find('net_device', field);
    if (at !== undefined) initListHead(memory, device + at);
  }
  writeField(session, device, 'name_assign_type', 1, wanted.nameOrigin);
  wanted.setup(device);
  writeBytes(session, session.at(device, 'net_device', 'name'), `${wanted.name.slice(0, NAME_SIZE - 1)}\0`);
  return device;
}

function allocateByName(call: GuestCall): Address {
  const setup = call.pointer(3);
  return allocate(call, {
    privateSize: call.int(0),
    name: call.string(1),
    nameOrigin: call.unsigned(2) & 0xff,
    transmitQueues: call.unsigned(4),
    receiveQueues: call.unsigned(5),
    setup: (device) => void call.session.call(setup, device),
  });
}

function allocateEthernet(call: GuestCall): Address {
  return allocate(call, {
    privateSize: call.int(0),
    name: 'eth%d',
    nameOrigin: NET_NAME_ENUM,
    transmitQueues: call.unsigned(1),
    receiveQueues: call.unsigned(2),
    setup: (device) => etherSetup(call.session, device),
  });
}

/** `dev_get_valid_name`: `%d` becomes the first free number; undefined when the name is taken. */
function validName(session: Session, name: string): string | undefined {
  const taken = new Set(['lo', ...netState(session.kernel).devices.map((each) => nameOf(session, each))]);
  if (!name.includes('%d')) return taken.has(name) ? undefined : name;
  for (let number = 0; ; number++) {
    const candidate = name.replace('%d', `${number}`);
    if (!taken.has(candidate)) return candidate;
  }
}

/** `register_netdevice`: a free name, `ndo_init`, /sys/class/net. */
function register(call: GuestCall): number {
  const { session, kernel } = call;
  const device = call.pointer(0);
  const name = validName(session, nameOf(session, device));
  if (name === undefined) return EEXIST;
  writeBytes(session, session.at(device, 'net_device', 'name'), `${name}\0`);
  const error = callOperation(session, device, 'ndo_init');
  if (error !== 0) return error;
  const state = netState(kernel);
  writeField(session, device, 'ifindex', 4, state.nextIndex++);
  state.devices.push(device);
  writeField(session, device, 'reg_state', 1, NETREG.REGISTERED);
  addNetDeviceFiles(session, device, name);
  return 0;
}

function callOperation(session: Session, device: Address, name: string): number {
  const operations = session.pointerAt(device, 'net_device', 'netdev_ops');
  const address = operations === 0 ? 0 : session.pointerAt(operations, 'net_device_ops', name);
  return address === 0 ? 0 : session.callInt(address, device);
}

/** `unregister_netdevice_many`, then `netdev_run_todo`. */
function unregister(call: GuestCall): void {
  const { session, kernel } = call;
  const device = call.pointer(0);
  const { devices } = netState(kernel);
  if (!devices.includes(device)) return;
  devices.splice(devices.indexOf(device), 1);
  writeField(session, device, 'reg_state', 1, NETREG.UNREGISTERING);
  callOperation(session, device, 'ndo_uninit');
  const name = nameOf(session, device);
  removeNetDeviceFiles(kernel, name);
  writeField(session, device, 'reg_state', 1, NETREG.UNREGISTERED);
  const destructor = session.fields.find('net_device', 'priv_destructor');
  const own = destructor === undefined ? 0 : session.memory.readPointer(device + destructor);
  if (own !== 0) session.call(own, device);
}

function free(call: GuestCall): void {
  const { session, kernel } = call;
  const device = call.pointer(0);
  if (device === 0) return;
  for (const field of ['_tx', 'dev_addr']) kfree(kernel, session.pointerAt(device, 'net_device', field));
  kfree(kernel, device);
}

function setCarrier(call: GuestCall, on: boolean): void {
  const state = call.session.at(call.pointer(0), 'net_device', 'state');
  const bits = call.memory.readU64(state);
  call.memory.writeU64(state, on ? bits & ~NOCARRIER : bits | NOCARRIER);
}

/** `dev_addr_mod`: bytes of the hardware address. */
function modifyAddress(call: GuestCall): void {
  const { session, memory } = call;
  const [device, offset, source, length] = [call.pointer(0), call.unsigned(1), call.pointer(2), call.size(3)];
  const target = session.pointerAt(device, 'net_device', 'dev_addr') + offset;
  memory.view(target, length, 'write').set(memory.view(source, length, 'read'));
}

/** Network devices: nothing is connected to them. */
export const netdeviceFunctions = () => [
  ...rowsOf('net/core/dev.c', [
    [
      'struct net_device *alloc_netdev_mqs(int sizeof_priv, const char *name, unsigned char name_assign_type, void (*setup)(struct net_device *), unsigned int txqs, unsigned int rxqs)',
      allocateByName,
    ],
    ['void free_netdev(struct net_device *dev)', free],
    ['int register_netdev(struct net_device *dev)', register],
    ['int register_netdevice(struct net_device *dev)', register],
    ['void unregister_netdev(struct net_device *dev)', unregister],
    ['void unregister_netdevice_queue(struct net_device *dev, struct list_head *head)', unregister],
    [
      'void netif_napi_add_weight(struct net_device *dev, struct napi_struct *napi, int (*poll)(struct napi_struct *, int), int weight)',
      nothing,
    ],
    ['void __netif_napi_del(struct napi_struct *napi)', nothing],
    ['void napi_enable(struct napi_struct *n)', nothing],
    ['void napi_disable(struct napi_struct *n)', nothing],
    ['void netif_tx_wake_queue(struct netdev_queue *dev_queue)', nothing],
  ]),
  ...rowsOf('net/core/dev_addr_lists.c', [
    ['void dev_addr_mod(struct net_device *dev, unsigned int offset, const void *addr, size_t len)', modifyAddress],
  ]),
  ...rowsOf('net/sched/sch_generic.c', [
    ['void netif_carrier_on(struct net_device *dev)', (call) => setCarrier(call, true)],
    ['void netif_carrier_off(struct net_device *dev)', (call) => setCarrier(call, false)],
  ]),
  ...rowsOf('net/ethernet/eth.c', [
    ['struct net_device *alloc_etherdev_mqs(int sizeof_priv, unsigned int txqs, unsigned int rxqs)', allocateEthernet],
    ['void ether_setup(struct net_device *dev)', (call) => etherSetup(call.session, call.pointer(0))],
  ]),
];

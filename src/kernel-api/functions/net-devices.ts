import { kfree, kzalloc } from '../../kernel/heap.ts';
import { subsystem } from '../../kernel/subsystem.ts';
import type { Address } from '../../memory/address.ts';
import { writeBytes } from '../guest-text.ts';
import { type GuestCall, rowsOf } from '../kernel-function.ts';

const IFNAMSIZ = 16;
/** `NETDEV_ALIGN`, include/linux/netdevice.h: private data follows the structure at this alignment. */
const NETDEV_ALIGN = 32;
const EEXIST = -17;
/** `ARPHRD_ETHER`, `ETH_HLEN`, `ETH_DATA_LEN`, `ETH_ALEN`. */
const ETHER = { type: 1, header: 14, mtu: 1500, addressLength: 6 } as const;
/** `IFF_BROADCAST | IFF_MULTICAST`. */
const ETHER_FLAGS = 0x1002;

const netState = subsystem('netdev', () => ({ devices: [] as Address[] }));

/** `alloc_netdev_mqs`: the device with its private data behind it, set up by `setup`. */
function allocate(call: GuestCall, privateSize: number, name: string): Address {
  const { session, kernel } = call;
  const size = Math.ceil(session.fields.size('net_device') / NETDEV_ALIGN) * NETDEV_ALIGN;
  const device = kzalloc(kernel, size + privateSize);
  setName(call, device, name);
  return device;
}

function setName(call: GuestCall, device: Address, name: string): void {
  writeBytes(call.session, call.session.at(device, 'net_device', 'name'), `${name.slice(0, IFNAMSIZ - 1)}\0`);
}

function nameOf(call: GuestCall, device: Address): string {
  return call.memory.readCString(call.session.at(device, 'net_device', 'name'), IFNAMSIZ);
}

/** `ether_setup`, net/ethernet/eth.c. */
function etherSetup(call: GuestCall, device: Address): void {
  const { session, memory } = call;
  const at = (field: string): Address => session.at(device, 'net_device', field);
  memory.writeU16(at('type'), ETHER.type);
  memory.writeU16(at('hard_header_len'), ETHER.header);
  memory.writeU32(at('mtu'), ETHER.mtu);
  memory.writeU8(at('addr_len'), ETHER.addressLength);
  memory.writeU32(at('flags'), ETHER_FLAGS);
}

/** `register_netdevice`: a `%d` in the name becomes the first free number; `ndo_init` is called. */
function register(call: GuestCall): number {
  const { session, kernel } = call;
  const device = call.pointer(0);
  const { devices } = netState(kernel);
  const taken = new Set(devices.map((each) => nameOf(call, each)));
  const wanted = nameOf(call, device);
  let number = 0;
  while (wanted.includes('%d') && taken.has(wanted.replace('%d', `${number}`))) number++;
  const name = wanted.replace('%d', `${number}`);
  if (taken.has(name)) return EEXIST;
  setName(call, device, name);
  const operations = session.pointerAt(device, 'net_device', 'netdev_ops');
  const init = operations === 0 ? 0 : session.pointerAt(operations, 'net_device_ops', 'ndo_init');
  const error = init === 0 ? 0 : session.callInt(init, device);
  if (error === 0) devices.push(device);
  return error;
}

function unregister(call: GuestCall): void {
  const { session, kernel } = call;
  const device = call.pointer(0);
  const { devices } = netState(kernel);
  if (!devices.includes(device)) return;
  devices.splice(devices.indexOf(device), 1);
  const operations = session.pointerAt(device, 'net_device', 'netdev_ops');
  const uninit = operations === 0 ? 0 : session.pointerAt(operations, 'net_device_ops', 'ndo_uninit');
  if (uninit !== 0) session.call(uninit, device);
}

/** Network devices: net/core/dev.c. Nothing is ever sent or received. */
export const netDeviceFunctions = [
  ...rowsOf('net/core/dev.c', [
    [
      'struct net_device *alloc_netdev_mqs(int sizeof_priv, const char *name, unsigned char name_assign_type, void (*setup)(struct net_device *), unsigned int txqs, unsigned int rxqs)',
      (call) => {
        const [size, name, setup] = [call.int(0), call.string(1), call.pointer(3)];
        const device = allocate(call, size, name);
        if (setup !== 0) call.session.call(setup, device);
        return device;
      },
    ],
    ['void free_netdev(struct net_device *dev)', (call) => kfree(call.kernel, call.pointer(0))],
    ['int register_netdev(struct net_device *dev)', register],
    ['int register_netdevice(struct net_device *dev)', register],
    ['void unregister_netdev(struct net_device *dev)', unregister],
    ['void unregister_netdevice_queue(struct net_device *dev, struct list_head *head)', unregister],
    ['void netif_carrier_on(struct net_device *dev)', () => undefined],
    ['void netif_carrier_off(struct net_device *dev)', () => undefined],
    ['void netif_tx_wake_queue(struct netdev_queue *dev_queue)', () => undefined],
  ]),
  ...rowsOf('net/ethernet/eth.c', [
    ['void ether_setup(struct net_device *dev)', (call) => etherSetup(call, call.pointer(0))],
    [
      'struct net_device *alloc_etherdev_mqs(int sizeof_priv, unsigned int txqs, unsigned int rxqs)',
      (call) => {
        const device = allocate(call, call.int(0), 'eth%d');
        etherSetup(call, device);
        return device;
      },
    ],
  ]),
  ...rowsOf('drivers/tty/tty_io.c', [
    ['struct tty_struct *tty_kopen_exclusive(dev_t device)', () => -19],
    ['int tty_dev_name_to_number(const char *name, dev_t *number)', () => -19],
  ]),
];

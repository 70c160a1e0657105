import type { Kernel } from '../../../kernel/kernel.ts';
import type { Address } from '../../../memory/address.ts';
import type { Session } from '../../core/session.ts';
import { addDirectory, addFile, addFixedFile, type FixedFile, READ_ONLY, READ_WRITE } from '../../vfs/fixed-files.ts';
import { removeTree } from '../../vfs/tree.ts';
import { addLink } from '../device/device-places.ts';

const NET_NAME_UNKNOWN = 0;
const [ENOENT, EINVAL, EOPNOTSUPP] = [-2, -22, -95];

/** Files that show a field of `struct net_device`: name, mode, format, the field when it is called otherwise. */
const FIELDS: readonly (readonly [name: string, mode: number, format: string, field?: string])[] = [
  ['addr_assign_type', READ_ONLY, 'u8'],
  ['addr_len', READ_ONLY, 'u8'],
  ['broadcast', READ_ONLY, 'mac'],
  ['dev_id', READ_ONLY, 'h16'],
  ['dev_port', READ_ONLY, 'u16'],
  ['flags', READ_WRITE, 'h32'],
  ['ifindex', READ_ONLY, 's32'],
  ['iflink', READ_ONLY, 's32', 'ifindex'],
  ['link_mode', READ_ONLY, 'u8'],
  ['mtu', READ_WRITE, 'u32'],
  ['netdev_group', READ_WRITE, 's32', 'group'],
  ['tx_queue_len', READ_WRITE, 'u32'],
  ['type', READ_ONLY, 'u16'],
];

/** Files that say the same of every device that is down: a text, or the errno of reading. */
const WORDS: readonly FixedFile[] = [
  ['carrier', READ_WRITE, EINVAL],
  ['carrier_changes', READ_ONLY, '0\n'],
  ['carrier_down_count', READ_ONLY, '0\n'],
  ['carrier_up_count', READ_ONLY, '0\n'],
  ['dormant', READ_ONLY, EINVAL],
  ['duplex', READ_ONLY, EINVAL],
  ['gro_flush_timeout', READ_WRITE, '0\n'],
  ['ifalias', READ_WRITE, ''],
  ['napi_defer_hard_irqs', READ_WRITE, '0\n'],
  ['operstate', READ_ONLY, 'down\n'],
  ['phys_port_id', READ_ONLY, EOPNOTSUPP],
  ['phys_port_name', READ_ONLY, EOPNOTSUPP],
  ['phys_switch_id', READ_ONLY, EOPNOTSUPP],
  ['proto_down', READ_WRITE, '0\n'],
  ['speed', READ_ONLY, EINVAL],
  ['testing', READ_ONLY, EINVAL],
  ['threaded', READ_WRITE, '0\n'],
];

const RECEIVE_QUEUE: readonly FixedFile[] = [
  ['rps_cpus', READ_WRITE, '0\n'],
  ['rps_flow_cnt', READ_WRITE, '0\n'],
];

/** `DQL_MAX_LIMIT` stands in `limit_max`. */
const TRANSMIT_QUEUE: readonly FixedFile[] = [
  ['byte_queue_limits/hold_time', READ_WRITE, '1000\n'],
  ['byte_queue_limits/inflight', READ_ONLY, '0\n'],
  ['byte_queue_limits/limit', READ_WRITE, '0\n'],
  ['byte_queue_limits/limit_max', READ_WRITE, '1879048192\n'],
  ['byte_queue_limits/limit_min', READ_WRITE, '0\n'],
  ['traffic_class', READ_ONLY, ENOENT],
  ['tx_maxrate', READ_WRITE, '0\n'],
  ['tx_timeout', READ_ONLY, '0\n'],
  ['xps_cpus', READ_WRITE, ENOENT],
  ['xps_rxqs', READ_WRITE, '0\n'],
];

/** Counters of `struct rtnl_link_stats64`. */
const STATISTICS = [
  ...['collisions', 'multicast', 'rx_bytes', 'rx_compressed', 'rx_crc_errors', 'rx_dropped', 'rx_errors'],
  ...['rx_fifo_errors', 'rx_frame_errors', 'rx_length_errors', 'rx_missed_errors', 'rx_nohandler', 'rx_over_errors'],
  ...['rx_packets', 'tx_aborted_errors', 'tx_bytes', 'tx_carrier_errors', 'tx_compressed', 'tx_dropped', 'tx_errors'],
  ...['tx_fifo_errors', 'tx_heartbeat_errors', 'tx_packets', 'tx_window_errors'],
].map((name) => [name, READ_ONLY, '0\n'] as const);

const pathOf = (name: string): string => `sys/devices/virtual/net/${name}`;

/** `netdev_register_kobject`: the device's directory in sysfs with its files and queues. */
export function addNetDeviceFiles(session: Session, device: Address, name: string): void {
  const { kernel, memory } = session;
  const path = pathOf(name);
  addDirectory(kernel, path, WORDS);
  for (const [file, mode, format, field = file] of FIELDS)
    addFile(kernel, `${path}/${file}`, mode, {
      kind: 'value',
      format,
      address: session.at(device, 'net_device', field),
    });
  const address = session.pointerAt(device, 'net_device', 'dev_addr');
  addFile(kernel, `${path}/address`, READ_ONLY, { kind: 'value', format: 'mac', address });
  const origin = memory.readU8(session.at(device, 'net_device', 'name_assign_type'));
  addFixedFile(kernel, `${path}/name_assign_type`, READ_ONLY, origin === NET_NAME_UNKNOWN ? EINVAL : `${origin}\n`);
  const index = memory.readU32(session.at(device, 'net_device', 'ifindex'));
  addFixedFile(kernel, `${path}/uevent`, READ_WRITE, `INTERFACE=${name}\nIFINDEX=${index}\n`);
  addDirectory(kernel, `${path}/power`);
  addDirectory(kernel, `${path}/statistics`, STATISTICS);
  addQueues(session, device, path);
  addLink(kernel, path, 'subsystem', 'sys/class/net');
  addLink(kernel, 'sys/class/net', name, path);
}

function addQueues(session: Session, device: Address, path: string): void {
  const count = (field: string): number => session.memory.readU32(session.at(device, 'net_device', field));
  addDirectory(session.kernel, `${path}/queues`);
  for (let index = 0; index < count('real_num_rx_queues'); index++)
    addDirectory(session.kernel, `${path}/queues/rx-${index}`, RECEIVE_QUEUE);
  for (let index = 0; index < count('real_num_tx_queues'); index++) {
    addDirectory(session.kernel, `${path}/queues/tx-${index}/byte_queue_limits`);
    addDirectory(session.kernel, `${path}/queues/tx-${index}`, TRANSMIT_QUEUE);
  }
}

/** `netdev_unregister_kobject`. */
export function removeNetDeviceFiles(kernel: Kernel, name: string): void {
  removeTree(kernel, `sys/class/net/${name}`);
  removeTree(kernel, pathOf(name));
}

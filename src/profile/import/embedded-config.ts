import { bytesOf } from '../container/bytes.ts';
import { indexOfBytes } from './search.ts';

const START = bytesOf('IKCFG_ST');
const END = bytesOf('IKCFG_ED');

/** The gzip'ed `.config` within a kernel (`CONFIG_IKCONFIG`; kernel/configs.c), or undefined. */
export function embeddedConfig(vmlinux: Uint8Array): Uint8Array | undefined {
  const start = indexOfBytes(vmlinux, START, 0);
  const end = start < 0 ? -1 : indexOfBytes(vmlinux, END, start);
  return end < 0 ? undefined : vmlinux.subarray(start + START.length, end);
}

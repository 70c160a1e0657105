import type { KernelText } from '../kernel-profile.ts';
import { ProfileError } from '../profile-error.ts';
import { viewOf } from './bytes.ts';

/* Section `text`: u32 count, u32 0, rows of i64 address and u32 length, u32 0, then the bytes of the rows in their order. */
const HEADER = 8;
const ROW = 16;

/** Reads section `text` in place. Raises ProfileError when the rows do not fit. */
export function readText(bytes: Uint8Array): KernelText[] {
  if (bytes.length < HEADER) return [];
  const view = viewOf(bytes);
  const count = view.getUint32(0, true);
  let at = HEADER + count * ROW;
  if (at > bytes.length) throw damaged();
  return Array.from({ length: count }, (_, row) => {
    const start = at;
    at += view.getUint32(HEADER + row * ROW + 8, true);
    if (at > bytes.length) throw damaged();
    return { address: Number(view.getBigInt64(HEADER + row * ROW, true)), bytes: bytes.subarray(start, at) };
  });
}

function damaged(): ProfileError {
  return new ProfileError('kernel profile: damaged text');
}

/** Section `text` of these runs; empty without any. */
export function encodeText(runs: readonly KernelText[]): Uint8Array {
  if (runs.length === 0) return new Uint8Array(0);
  const table = HEADER + runs.length * ROW;
  const bytes = new Uint8Array(runs.reduce((size, run) => size + run.bytes.length, table));
  const view = viewOf(bytes);
  view.setUint32(0, runs.length, true);
  let at = table;
  for (const [row, { address, bytes: content }] of runs.entries()) {
    view.setBigInt64(HEADER + row * ROW, BigInt(address), true);
    view.setUint32(HEADER + row * ROW + 8, content.length, true);
    bytes.set(content, at);
    at += content.length;
  }
  return bytes;
}

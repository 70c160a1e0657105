import type { Address } from '../../memory/address.ts';
import { READ_EXECUTE } from '../../memory/mapping.ts';
import type { KernelProfile } from '../../profile/kernel-profile.ts';
import type { Kernel } from '../kernel.ts';

/** Name of the mappings of the kernel's own code: what the profile has is not part of a machine's state. */
export const KERNEL_TEXT = 'kernel text';

/** Code comes into being in runs of this size, when it is to be run. */
const CHUNK = 0x10000;

/** Whether an address lies in the kernel's own code, as far as the profile has it. */
export function isKernelText({ text }: KernelProfile, address: Address): boolean {
  const code = text?.runs[0];
  return code !== undefined && address >= code.address && address < code.address + code.size;
}

/** Maps the kernel's own code around an address. Requires {@link isKernelText}. */
export function mapKernelText({ memory, profile }: Kernel, address: Address): void {
  if (memory.find(address)) return;
  const start = profile.text!.runs[0]!.address;
  const base = start + Math.floor((address - start) / CHUNK) * CHUNK;
  memory.map(base, profile.text!.read(base, CHUNK)!, READ_EXECUTE, KERNEL_TEXT);
}

import type { Address } from '../../memory/address.ts';
import { sectionObjects } from '../find-module-sections.ts';
import type { Kernel } from '../kernel.ts';
import { isConfigured } from '../kernel-config.ts';
import type { LoadInfo } from '../load-info.ts';
import { guestString } from '../memory/guest-string.ts';
import type { Module, ModuleParameter } from '../module.ts';

/** Exported `struct kernel_param_ops`: kernel/params.c. */
const STANDARD_OPS = [
  'byte',
  'short',
  'ushort',
  'int',
  'uint',
  'long',
  'ulong',
  'ullong',
  'hexint',
  'charp',
  'bool',
  'bool_enable_only',
  'invbool',
  'bint',
  'string',
].map((type) => `param_ops_${type}`);

/**
 * Reads the relocated `__param` section. Sets `module.parameters`.
 * `struct kernel_param`: name, mod, ops; perm (16 bit), level, flags (8 bit each); arg.
 */
export function readParameters(kernel: Kernel, info: LoadInfo): void {
  const word = info.arch.form.bits / 8;
  const { address, count } = sectionObjects(info, '__param', 5 * word);
  if (count === 0) return;
  const ops = opsNames(kernel);
  const pointer = (at: Address): Address => (word === 8 ? kernel.memory.readPointer(at) : kernel.memory.readU32(at));
  info.module.parameters = Array.from({ length: count }, (_, i): ModuleParameter => {
    const at = address + i * 5 * word;
    return {
      name: pointer(at) === 0 ? '' : guestString(kernel.memory, pointer(at)),
      ops: ops.get(pointer(at + 2 * word)) ?? '',
      permissions: kernel.memory.readU16(at + 3 * word),
      flags: kernel.memory.readU8(at + 3 * word + 3),
      address: at,
      argument: pointer(at + 4 * word),
    };
  });
}

/** The exported ops by address. */
function opsNames(kernel: Kernel): ReadonlyMap<Address, string> {
  const names = new Map<Address, string>();
  for (const name of [...STANDARD_OPS, 'param_array_ops']) {
    const address = kernel.profile.exports.find(name)?.address;
    if (address !== undefined) names.set(address, name);
  }
  return names;
}

/** Reads the constructors, `.ctors` or else `.init_array`, once they are relocated. Sets `module.constructors`. */
export function readConstructors(kernel: Kernel, info: LoadInfo, module: Module): void {
  if (!isConfigured(kernel, 'CONSTRUCTORS')) return;
  const first = sectionObjects(info, '.ctors', 8);
  const { address, count } = first.address ? first : sectionObjects(info, '.init_array', 8);
  module.constructors = Array.from({ length: count }, (_, i) => kernel.memory.readPointer(address + 8 * i));
}

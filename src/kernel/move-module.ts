import { SHF, SHT } from '../abi/elf.ts';
import { addressBits } from '../memory/address.ts';
import { GuestFault } from '../memory/guest-fault.ts';
import type { Kernel } from './kernel.ts';
import { AREA, type LoadInfo } from './load-info.ts';
import { loaderDebug } from './log/loader-debug.ts';
import { guestString } from './memory/guest-string.ts';
import { moduleAlloc } from './memory/module-alloc.ts';
import { nameOffset, writeSharedHeader } from './memory/shared-image.ts';
import { freeModuleMemory } from './memory/strict-rwx.ts';

/**
 * `move_module`, kernel/module/main.c: allocates the core and init areas and copies every SHF_ALLOC section to its
 * place. Sets the bases, section addresses and `thisModule`. Raises ENOMEM.
 */
export function moveModule(kernel: Kernel, info: LoadInfo): void {
  const { module, view, index } = info;
  allocate(kernel, info);
  loaderDebug(kernel, 'final', () => 'final section addresses:');
  const { flags, type, address, entrySize, count } = view.sections;
  for (let i = 0; i < count; i++) {
    if (!(flags[i]! & SHF.ALLOC)) continue;
    const inInit = info.area[i] === AREA.INIT;
    if (type[i] !== SHT.NOBITS) copySection(info, i, inInit ? info.init : info.core);
    address[i] = (inInit ? module.init.base : module.core.base) + entrySize[i]!;
    if (info.shared) writeSharedHeader(info, i);
    loaderDebug(kernel, 'finalSection', () => `\t0x${addressBits(address[i]!).toString(16)} ${view.sectionName(i)}`);
  }
  module.thisModule = address[index.mod]!;
  if (kernel.memory.find(module.thisModule)) {
    module.name = guestString(kernel.memory, module.thisModule + nameOffset(kernel, info));
  }
}

function allocate(kernel: Kernel, info: LoadInfo): void {
  const { module, arch } = info;
  [module.core.base, info.core] = moduleAlloc(kernel, arch, module.core.size, module.name);
  if (module.init.size === 0) return;
  try {
    [module.init.base, info.init] = moduleAlloc(kernel, arch, module.init.size, `${module.name} init`);
  } catch (error) {
    freeModuleMemory(kernel, module.core);
    throw error;
  }
}

/** `memcpy` of one section; a section that does not fit its area, or is not in the image, is a kernel page fault. */
function copySection({ image, view }: LoadInfo, i: number, area: Uint8Array): void {
  const { offset, size, entrySize, address } = view.sections;
  if (offset[i]! + size[i]! > image.length) throw new GuestFault(address[i]!, 'read', false);
  if (entrySize[i]! + size[i]! > area.length) throw new GuestFault(address[i]!, 'write', false);
  area.set(image.subarray(offset[i]!, offset[i]! + size[i]!), entrySize[i]!);
}

/** `module_deallocate`: gives all of the module's memory back. */
export function moduleDeallocate(kernel: Kernel, info: LoadInfo): void {
  freeModuleMemory(kernel, info.module.init);
  freeModuleMemory(kernel, info.module.core);
}

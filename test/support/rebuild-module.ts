import type { KernelProfile } from '../../src/profile/kernel-profile.ts';
import { ElfEdit } from './elf-edit.ts';

const THIS_MODULE = '.gnu.linkonce.this_module';

/**
 * A module of the default kernel as if it had been built for another: its vermagic, its CRCs, `struct module` of its
 * size with `init` and `exit` at its offsets, and `printk` by the name that it exports.
 */
export function rebuildModule(bytes: Uint8Array, profile: KernelProfile): Buffer {
  const elf = new ElfEdit(bytes);
  elf.modinfo = elf.modinfo.map((entry) => (entry.startsWith('vermagic=') ? `vermagic=${profile.vermagic}` : entry));
  renamePrintk(elf, profile);
  elf.versions = elf.versions.map(({ name, crc }) => {
    const own = nameIn(profile, name);
    return { name: own, crc: BigInt(profile.exports.find(own)?.crc ?? crc) };
  });
  moveStruct(elf, profile);
  return elf.bytes;
}

/** The name that a kernel exports a symbol by: `_printk` was `printk` before 5.15. */
export function nameIn({ exports }: KernelProfile, name: string): string {
  return name === '_printk' && !exports.find(name) ? 'printk' : name;
}

function renamePrintk(elf: ElfEdit, profile: KernelProfile): void {
  if (nameIn(profile, '_printk') === '_printk' || !elf.versions.some(({ name }) => name === '_printk')) return;
  const symbols = elf.content('.symtab');
  const at = SYMBOL_SIZE * elf.symbol('_printk');
  elf.setSymbol('_printk', 'name', symbols.readUInt32LE(at) + 1);
}

const SYMBOL_SIZE = 24;

function moveStruct(elf: ElfEdit, profile: KernelProfile): void {
  const layout = profile.layout('module')!;
  const before = elf.content(THIS_MODULE);
  elf.setContent(
    THIS_MODULE,
    Buffer.concat([before.subarray(0, layout.size), Buffer.alloc(layout.size)]).subarray(0, layout.size),
  );
  if (!elf.has(`.rela${THIS_MODULE}`)) return;
  for (const [number, target] of elf.relocationSymbols(`.rela${THIS_MODULE}`).entries()) {
    const field = target === 'init_module' ? 'init' : 'exit';
    elf.relocation(`.rela${THIS_MODULE}`, number, { offset: layout.offsetOf(field)! });
  }
}

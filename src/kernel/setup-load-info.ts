import { SHF, SHT } from '../abi/elf.ts';
import { ByteView } from '../elf/byte-view.ts';
import { cString } from '../elf/c-string.ts';
import type { Address } from '../memory/address.ts';
import { READ_WRITE } from '../memory/mapping.ts';
import type { Kernel } from './kernel.ts';
import { KernelError } from './kernel-error.ts';
import { clearFlag, findSec, type LoadInfo, MODULE_INIT, NO_NAME } from './load-info.ts';
import { KERN, printk } from './log/printk.ts';
import { detachSharedImage, nameOffset } from './memory/shared-image.ts';
import { getModinfo } from './modinfo.ts';
import { layoutOffset, structOffset } from './module-struct.ts';

/** Where the temporary copy of the image stands (kernel: `__vmalloc`): addresses of sections that are not moved. */
const IMAGE_ADDRESS: Address = -0x36ff_ffff_f000;

/**
 * `setup_load_info`, kernel/module/main.c: sets `index`, `strtab`, `symbols`, `name` and the module's name.
 * Raises ENOEXEC without a symbol table or a `struct module`.
 */
export function setupLoadInfo(kernel: Kernel, info: LoadInfo): void {
  detachSharedImage(kernel, info);
  const { view, index } = info;
  index.info = findSec(info, '.modinfo');
  const name = index.info ? getModinfo(info, 'name') : undefined;
  index.sym = view.findSectionType(SHT.SYMTAB);
  if (index.sym === 0) giveUp(kernel, `${name ?? NO_NAME}: module has no symbols (stripped?)`);
  index.str = view.sections.link[index.sym]!;
  info.strtab = view.sections.offset[index.str]!;
  info.symbols = view.symbols(index.sym);

  index.mod = findSec(info, '.gnu.linkonce.this_module');
  if (index.mod === 0) giveUp(kernel, `${name ?? NO_NAME}: No module found in object`);
  readStruct(kernel, info);
  info.name = name ?? info.module.name;
  index.vers = info.flags & MODULE_INIT.IGNORE_MODVERSIONS ? 0 : findSec(info, '__versions');
  index.pcpu = findSec(info, '.data..percpu');
}

function giveUp(kernel: Kernel, text: string): never {
  printk(kernel, KERN.WARNING, text);
  throw new KernelError('ENOEXEC');
}

/**
 * `rewrite_section_headers`: sections get addresses in the temporary image, which the guest can see from now on;
 * versions and modinfo are not kept.
 */
export function rewriteSectionHeaders(kernel: Kernel, info: LoadInfo): void {
  const { sections } = info.view;
  kernel.memory.map(IMAGE_ADDRESS, info.image, READ_WRITE, 'load_info');
  for (let i = 1; i < sections.count; i++) sections.address[i] = IMAGE_ADDRESS + sections.offset[i]!;
  clearFlag(sections, info.index.vers, SHF.ALLOC);
  clearFlag(sections, info.index.info, SHF.ALLOC);
}

/** `free_copy`: the temporary image is gone. */
export function freeCopy(kernel: Kernel, _info: LoadInfo): void {
  kernel.memory.unmap(IMAGE_ADDRESS);
}

/** `info->mod` points into the image: what the file says there stands until a stage writes it. */
function readStruct(kernel: Kernel, info: LoadInfo): void {
  const { image, view, index, module } = info;
  const struct = view.sections.offset[index.mod]!;
  const words = new ByteView(image, view.form);
  const field = (offset: number | undefined): number => (offset === undefined ? 0 : words.u32(struct + offset));
  module.name = cString(image, struct + nameOffset(kernel, info));
  module.taints = field(structOffset(kernel, 'taints'));
  module.core.size = field(layoutOffset(kernel, 'core_layout', 'size'));
  module.init.size = field(layoutOffset(kernel, 'init_layout', 'size'));
}

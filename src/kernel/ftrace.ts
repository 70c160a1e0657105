import type { Address } from '../memory/address.ts';
import { sectionObjects } from './find-module-sections.ts';
import type { Kernel } from './kernel.ts';
import { isConfigured } from './kernel-config.ts';
import type { LoadInfo } from './load-info.ts';

/** `CALL rel32`, and the no-operation of five bytes that takes its place: arch/x86/kernel/ftrace.c. */
const CALL = 0xe8;
const NOP = Uint8Array.of(0x0f, 0x1f, 0x44, 0x00, 0x00);

/**
 * `ftrace_module_init`, kernel/trace/ftrace.c: the call of `__fentry__` at each place of `__mcount_loc` becomes a
 * no-operation. Stops at a place where no such call stands, as the kernel does (which warns then).
 * Requires relocated sections.
 */
export function ftraceModuleInit(kernel: Kernel, info: LoadInfo): void {
  const fentry = kernel.profile.exports.find('__fentry__')?.address;
  if (fentry === undefined || info.arch.machine !== 'x86_64' || !isConfigured(kernel, 'DYNAMIC_FTRACE')) return;
  const { address, count } = sectionObjects(info, '__mcount_loc', info.arch.form.bits / 8);
  const places = Array.from({ length: count }, (_, i) => kernel.memory.readPointer(address + i * 8));
  for (const place of places.sort((a, b) => a - b)) {
    if (place !== 0 && !replaceCall(kernel, place, fentry)) return;
  }
}

/** False when no call of `target` stands at `place`. */
function replaceCall({ memory }: Kernel, place: Address, target: Address): boolean {
  const mapping = memory.find(place);
  if (!mapping?.permissions.write || place + NOP.length > mapping.base + mapping.size) return false;
  const code = memory.view(place, NOP.length, 'write');
  const offset = new DataView(code.buffer, code.byteOffset).getInt32(1, true);
  if (code[0] !== CALL || place + NOP.length + offset !== target) return false;
  code.set(NOP);
  return true;
}

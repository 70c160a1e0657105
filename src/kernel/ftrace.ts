import { joinWords } from '../arch/relocation.ts';
import type { Address } from '../memory/address.ts';
import { sectionObjects } from './find-module-sections.ts';
import type { Kernel } from './kernel.ts';
import { isConfigured } from './kernel-config.ts';
import type { LoadInfo } from './load-info.ts';
import { CodeWindow } from './memory/code-window.ts';

/** `CALL rel32`, and the no-operation of five bytes that takes its place: arch/x86/kernel/ftrace.c. */
const CALL = 0xe8;
/** 0f 1f 44 00 00, its first four bytes as a word. */
const NOP_HEAD = 0x00441f0f;
const NOP_SIZE = 5;

/**
 * `ftrace_module_init`, kernel/trace/ftrace.c: the call of `__fentry__` at each place of `__mcount_loc` becomes a
 * no-operation. Stops at a place where no such call stands, as the kernel does (which warns then).
 * Requires relocated sections.
 */
export function ftraceModuleInit(kernel: Kernel, info: LoadInfo): void {
  const fentry = kernel.profile.exports.find('__fentry__')?.address;
  if (fentry === undefined || info.arch.machine !== 'x86_64' || !isConfigured(kernel, 'DYNAMIC_FTRACE')) return;
  const { address, count } = sectionObjects(info, '__mcount_loc', info.arch.form.bits / 8);
  if (count === 0) return;
  const code = new CodeWindow(kernel);
  for (const place of readPlaces(kernel, address, count).sort()) {
    if (place === 0) continue;
    const at = code.offset(place, NOP_SIZE);
    if (at < 0 || !replaceCall(code.view, at, fentry - place)) return;
  }
}

function readPlaces({ memory }: Kernel, address: Address, count: number): Float64Array {
  const words = dataView(memory.view(address, count * 8, 'read'));
  return Float64Array.from({ length: count }, (_, i) =>
    joinWords(words.getUint32(i * 8, true), words.getUint32(i * 8 + 4, true)),
  );
}

/** False when no call of what stands `distance` from `at` stands there. */
function replaceCall(code: DataView, at: number, distance: number): boolean {
  if (code.getUint8(at) !== CALL || code.getInt32(at + 1, true) !== distance - NOP_SIZE) return false;
  code.setUint32(at, NOP_HEAD, true);
  code.setUint8(at + 4, 0);
  return true;
}

function dataView(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

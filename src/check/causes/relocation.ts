import { relocationName } from '../../abi/relocation-names.ts';
import type { RelocationFailure } from '../../arch/relocation.ts';
import { byteString } from '../../elf/c-string.ts';
import type { LoadInfo } from '../../kernel/load-info.ts';
import type { CauseRule, Diagnosis } from '../diagnosis.ts';
import { listRelocations } from '../trace/relocations.ts';

/** What a refusal means and what to do. */
const REASONS: Readonly<Record<RelocationFailure['reason'], readonly [what: string, next: string]>> = {
  unknown: [
    'is none that this kernel knows',
    'Build the module through kbuild with the compiler and flags of the kernel: a type like that comes from other options (-fpic, -mcmodel=large, instrumentation) or from another toolchain.',
  ],
  overflow: [
    'does not fit: the symbol is farther away than the instruction can reach',
    'Build the module through kbuild, which passes the right options (x86-64: -mcmodel=kernel -fno-pic); object files that were made elsewhere (*.o_shipped, assembler) need the same.',
  ],
  nonzero: [
    'would change a place that is not zero: the file was relocated before',
    'Hand over the .ko as kbuild wrote it, not one that was dumped from memory, linked again or patched.',
  ],
};

/** A relocation could not be applied: which one, why, and with what both sides were built. */
export const relocation: CauseRule = (diagnosis) => {
  const { stage, info } = diagnosis;
  if (stage !== 'apply_relocations' || !info) return [];
  if (!info.failedRelocation) return [wrongKind(info)];
  const { section, failure } = info.failedRelocation;
  const [what, next] = REASONS[failure.reason];
  const reason = `The relocation ${describe(info, section, failure)} ${what}.${toolchains(diagnosis, info)}`;
  return [{ id: 'relocation', reason, next }];
};

function wrongKind({ arch }: LoadInfo) {
  return {
    id: 'relocation',
    reason: `The module has a relocation section of the kind that ${arch.machine} kernels do not take.`,
    next: `Build it with a compiler for ${arch.machine}, through kbuild.`,
  };
}

/** `R_X86_64_PC32 at .text+0x12 against printk`. */
function describe(info: LoadInfo, section: number, { type, address }: RelocationFailure): string {
  const name = info.view.sectionName(section);
  const offset = address - info.view.sections.address[section]!;
  const applied = listRelocations(info).find((each) => each.section === name && each.offset === offset);
  const symbol = applied?.symbol ? ` against ${applied.symbol}` : '';
  return `${relocationName(info.arch.elfMachine, type)} at ${name}+0x${offset.toString(16)}${symbol}`;
}

function toolchains({ kernel }: Diagnosis, { view }: LoadInfo): string {
  const bytes = view.sectionBytes(view.findSection('.comment'));
  const own = byteString(bytes, 0, bytes.length).split('\0').find(Boolean);
  const kernels = kernel.profile.config('CC_VERSION_TEXT');
  if (own === undefined || kernels === undefined) return '';
  return ` The module was compiled with ${own.trim()}, the kernel with ${kernels}.`;
}

import { EI_CLASS, EI_DATA, EM, ET_REL, SHT } from '../../abi/elf.ts';
import { structsOf } from '../../elf/elf-form.ts';
import { ElfView } from '../../elf/elf-view.ts';
import type { CauseRule, Diagnosis } from '../diagnosis.ts';
import type { Cause } from '../verdict.ts';

/** Beginnings of files that are something else than an ELF file. */
const MAGICS: readonly { readonly bytes: readonly number[]; readonly what: string }[] = [
  { bytes: [0x1f, 0x8b], what: 'gzip-compressed' },
  { bytes: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0], what: 'xz-compressed' },
  { bytes: [0x28, 0xb5, 0x2f, 0xfd], what: 'zstd-compressed' },
  { bytes: [0x42, 0x5a, 0x68], what: 'bzip2-compressed' },
  { bytes: [0x5d, 0, 0], what: 'lzma-compressed' },
];

const MACHINES: Readonly<Record<number, string>> = {
  2: 'SPARC',
  8: 'MIPS',
  20: '32-bit PowerPC',
  21: '64-bit PowerPC',
  22: 's390',
  [EM.I386]: '32-bit x86 (i386)',
  [EM.ARM]: '32-bit ARM',
  43: '64-bit SPARC',
  [EM.X86_64]: 'x86-64',
  [EM.AARCH64]: 'arm64',
  243: 'RISC-V',
  258: 'LoongArch',
};

const TYPES: Readonly<Record<number, string>> = { 2: 'an executable', 3: 'a shared object', 4: 'a core dump' };

/** Stages in which a file that is no module of this machine is found out. */
const STAGES = new Set<string | undefined>([
  'module_sig_check',
  'elf_validity_check',
  'elf_validity_cache_copy',
  'setup_load_info',
  undefined,
]);

/** The file is no ELF file, of another machine, of another kind, or cut off. The first that holds. */
export const fileForm: CauseRule = (diagnosis) => {
  if (!STAGES.has(diagnosis.stage) || diagnosis.errno !== 8) return [];
  for (const rule of [notElf, otherMachine, otherType, truncated, damaged]) {
    const cause = rule(diagnosis);
    if (cause) return [cause];
  }
  return [];
};

function notElf({ image, kernel }: Diagnosis): Cause | undefined {
  if (startsWith(image, [0x7f, 0x45, 0x4c, 0x46])) return undefined;
  const magic = MAGICS.find(({ bytes }) => startsWith(image, bytes));
  if (magic) return compressed(magic.what, kernel);
  const what =
    image.length === 0
      ? 'The file is empty.'
      : 'The file does not begin with the ELF magic: it is no object file at all.';
  return {
    id: 'not-a-module',
    reason: what,
    next: 'Name the .ko file that the build made; if it was copied or downloaded, do that again.',
  };
}

function compressed(what: string, { profile }: Diagnosis['kernel']): Cause {
  const itself =
    profile.config('MODULE_DECOMPRESS') === 'y'
      ? `. For ${profile.release} to do it itself, it must come with MODULE_INIT_COMPRESSED_FILE and, as xz, be made with xz --check=crc32 --lzma2=dict=1MiB`
      : `; ${profile.release} itself decompresses no modules (CONFIG_MODULE_DECOMPRESS)`;
  return {
    id: 'compressed',
    reason: `The file is ${what}, and the kernel was handed the compressed bytes.`,
    next: `Decompress it first, or load it with modprobe or insmod, which do${itself}.`,
  };
}

function otherMachine({ image, kernel, info }: Diagnosis): Cause | undefined {
  const declared = ElfView.open(image);
  if (!declared) return undefined;
  const { machine } = declared.header;
  const wanted = info?.arch.elfMachine ?? EM.X86_64;
  if (machine === wanted) return undefined;
  return {
    id: 'architecture',
    reason: `The file is for ${MACHINES[machine] ?? `machine ${machine}`} (${image[EI_CLASS] === 1 ? 32 : 64} bit, ${image[EI_DATA] === 2 ? 'big' : 'little'}-endian); this kernel is ${kernel.profile.machine}.`,
    next: `Build it for this machine: check ARCH= and CROSS_COMPILE= of the build.`,
  };
}

function otherType({ image }: Diagnosis): Cause | undefined {
  const type = ElfView.open(image)?.header.type;
  if (type === undefined || type === ET_REL) return undefined;
  const what = TYPES[type] ?? `an ELF file of type ${type}`;
  return {
    id: 'not-a-module',
    reason: `The file is ${what}; a module is a relocatable object.`,
    next: 'Name the .ko file that kbuild made.',
  };
}

/** The section headers stand at the end of a module: a file that lacks them was cut. */
function truncated({ image, stage }: Diagnosis): Cause | undefined {
  const view = ElfView.open(image);
  if (!view || stage === 'setup_load_info' || stage === 'elf_validity_cache_copy') return undefined;
  const { shoff, shnum } = view.header;
  const end = shoff + shnum * structsOf(view.form).section.size;
  if (shoff === 0 || end <= image.length) return undefined;
  return {
    id: 'truncated',
    reason: `The file ends after ${image.length} bytes, but its section headers reach to byte ${end}: it was cut off, or its header is damaged.`,
    next: 'Copy or download it again; compare its size and checksum with the original.',
  };
}

function damaged({ info, stage }: Diagnosis): Cause | undefined {
  if (stage === 'elf_validity_check') {
    return {
      id: 'damaged',
      reason: 'The file is an ELF object, but its headers contradict each other; the log line says which.',
      next: 'Build it again. If a tool rewrote it (strip, objcopy, a packer), leave that step out.',
    };
  }
  if ((stage !== 'setup_load_info' && stage !== 'elf_validity_cache_copy') || !info) return undefined;
  const stripped = info.view.findSectionType(SHT.SYMTAB) === 0;
  if (!stripped && info.view.findSection('.gnu.linkonce.this_module') !== 0) return undefined;
  return {
    id: stripped ? 'stripped' : 'not-a-module',
    reason: stripped
      ? 'The module has no symbol table: it was stripped.'
      : 'The object has no .gnu.linkonce.this_module section: kbuild did not make it a module.',
    next: stripped
      ? 'Strip debug information only: strip --strip-debug.'
      : 'Build it with kbuild (obj-m += name.o), not with the compiler alone.',
  };
}

function startsWith(image: Uint8Array, bytes: readonly number[]): boolean {
  return bytes.every((byte, at) => image[at] === byte);
}

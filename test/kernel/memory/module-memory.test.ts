import { describe, expect, it } from 'vitest';
import { deleteModule } from '../../../src/kernel/syscalls.ts';
import type { ElfEdit } from '../../support/elf-edit.ts';
import { changed, load, sample, warmKernel } from '../load-support.ts';

const FIRST = -0x3fdff000;
const PAGE = 4096;

describe('module_alloc', () => {
  it('gives the first hole that fits, a guard page behind each area', () => {
    const kernel = warmKernel();
    load(kernel, sample('hello/hello'));
    load(kernel, sample('math/math'));
    const [hello, math] = kernel.modules;
    expect(hello!.core.base).toBe(FIRST);
    expect(math!.core.base).toBe(FIRST + hello!.core.size + PAGE);
    deleteModule(kernel, 'hello', 0, { uid: 0 });
    load(kernel, sample('hello/hello'));
    expect(kernel.modules.find(({ name }) => name === 'hello')!.core.base).toBe(FIRST);
  });

  it('has no room for more than the module area', () => {
    const image = changed('hello/hello', (elf) => elf.section('.bss', 'size', 0x7fff_f000));
    expect(load(warmKernel(), image)).toEqual({ errno: 12, log: [] });
  });

  it('says so when the machine has not that much memory', () => {
    const image = changed('hello/hello', (elf) => elf.section('.bss', 'size', 0x3d63_b000));
    const { errno, log } = load(warmKernel(), image);
    expect(errno).toBe(12);
    expect(log[0]).toMatch(/^<4>insmod: vmalloc error: size \d+, exceeds total pages, mode:0xcc0\(GFP_KERNEL\)/);
  });
});

describe('layout_sections', () => {
  it('takes an alignment modulo 2^32, as unsigned int is', () => {
    const image = changed('hello/hello', (elf) => elf.section('.rodata.str1.1', 'addralign', 1n << 32n));
    expect(load(warmKernel(), image).errno).toBe(8);
  });

  it('puts sections into text, read-only, writable order', () => {
    const kernel = warmKernel();
    load(kernel, sample('math/math'));
    const { core, sections } = kernel.modules[0]!;
    const offset = (name: string) => sections.find((section) => section.name === name)!.address - core.base;
    expect(offset('.text')).toBe(0);
    expect(offset('.note.gnu.build-id')).toBe(core.textSize);
    expect(offset('.gnu.linkonce.this_module')).toBeGreaterThanOrEqual(core.roAfterInitSize);
    expect([core.textSize, core.roSize, core.roAfterInitSize, core.size]).toEqual([PAGE, 2 * PAGE, 2 * PAGE, 4 * PAGE]);
  });
});

describe('module_enforce_rwx_sections', () => {
  it('refuses a section that is writable and executable', () => {
    let index = 0;
    const image = changed('hello/hello', (elf) => {
      index = elf.index('.init.text');
      elf.section('.init.text', 'flags', 7);
    });
    const line = `<3>hello: section .init.text (index ${index}) has invalid WRITE|EXEC flags`;
    expect(load(warmKernel(), image)).toEqual({ errno: 8, log: [line] });
  });
});

describe('percpu_modalloc', () => {
  const withPercpu = (size: number, alignment: number) => (elf: ElfEdit) =>
    elf.addSection('.data..percpu', { type: 1, flags: 3, addralign: alignment }, Buffer.alloc(size, 7));

  it('gives room in the reserved part and copies the initial values there', () => {
    const kernel = warmKernel();
    load(kernel, changed('hello/hello', withPercpu(64, 8)));
    load(kernel, changed('math/math', withPercpu(64, 8)));
    const [hello, math] = kernel.modules.map(({ percpu }) => percpu);
    expect([hello!.base, hello!.size, math!.base - hello!.base]).toEqual([0x35000, 64, 64]);
    const mapping = kernel.memory.mappings.find(({ name }) => name === 'percpu reserved')!;
    expect([...mapping.bytes.subarray(0, 129)]).toEqual([...new Array(128).fill(7), 0]);
  });

  it('takes no alignment over a page', () => {
    expect(load(warmKernel(), changed('hello/hello', withPercpu(64, 8192)))).toEqual({
      errno: 0,
      log: ['<4>hello: per-cpu alignment 8192 > 4096'],
    });
  });

  it('complains ten times of no room', () => {
    const kernel = warmKernel();
    const full = changed('hello/hello', withPercpu(9000, 8));
    const complaints = Array.from({ length: 12 }, () => load(kernel, full).log.filter((line) => /percpu: /.test(line)));
    const first = '<4>percpu: allocation failed, size=9000 align=8 atomic=0, alloc from reserved chunk failed';
    const limit = '<6>percpu: limit reached, disable warning';
    expect(complaints).toEqual([...new Array(9).fill([first]), [first, limit], [], []]);
  });

  it.each([
    [32_769, 8, 32_772],
    [64, 12, 64],
  ])('warns of %i bytes at %i', (size, alignment, rounded) => {
    const { errno, log } = load(warmKernel(), changed('hello/hello', withPercpu(size, alignment)));
    expect([errno, log[1]]).toEqual([12, `<4>illegal size (${rounded}) or align (${alignment}) for percpu allocation`]);
  });

  it('runs out of room', () => {
    const { errno, log } = load(warmKernel(), changed('hello/hello', withPercpu(9000, 8)));
    expect([errno, log.at(-1)]).toEqual([12, '<4>hello: Could not allocate 9000 bytes percpu data']);
  });
});

describe('module_blacklist', () => {
  it.each([
    ['hello', 1],
    ['a,hello,b', 1],
    ['hell,ello', 0],
    ['', 0],
  ])('%j answers with errno %i', (moduleBlacklist, errno) => {
    const kernel = warmKernel();
    Object.assign(kernel.options, { moduleBlacklist });
    const log = errno === 0 ? [] : ['<3>Module hello is blacklisted'];
    expect(load(kernel, sample('hello/hello'))).toEqual({ errno, log });
  });
});

describe('btf_module_notify', () => {
  it.each([
    ['', []],
    ['9feb0100', ['<3>BPF: hdr_len not found']],
    ['9feb0100ff000000', ['<3>BPF: btf_header not found']],
    [`0000010018000000${'00'.repeat(16)}`, ['<3>BPF: Invalid magic']],
    [`9feb010018000000${'00'.repeat(17)}`, ['<3>BPF: Unsupported section found']],
    [`9feb010018000000${'00'.repeat(12)}0100000000`, []],
  ])('answers .BTF %s', (hex, lines) => {
    const image = changed('hello/hello', (elf) => elf.addSection('.BTF', { type: 1 }, Buffer.from(hex, 'hex')));
    const tail = lines.length === 0 ? [] : ['<4>failed to validate module [hello] BTF: -22'];
    expect(load(warmKernel(), image)).toEqual({ errno: 0, log: [...lines, ...tail] });
  });
});

import { describe, expect, it } from 'vitest';
import { createI386Cpu, type X86Cpu } from '../../../src/cpu/x86-64/cpu.ts';
import { AddressSpace } from '../../../src/memory/address-space.ts';
import { READ_EXECUTE, READ_WRITE } from '../../../src/memory/mapping.ts';

const CODE = 0xf8000000;
const STACK = 0xc1000000;

function cpuWith(code: string): X86Cpu {
  const memory = new AddressSpace();
  memory.map(CODE, Uint8Array.from(Buffer.from(code.replaceAll(' ', ''), 'hex')), READ_EXECUTE, 'code');
  memory.map(STACK, new Uint8Array(0x2000), READ_WRITE, 'stack');
  const cpu = createI386Cpu(memory, (at) => at.argument(0) + at.argument(3));
  cpu.writeRegister('esp', BigInt(STACK + 0x1ff0));
  return cpu;
}

describe('the CPU in 32-bit mode', () => {
  it('takes three arguments in eax, edx, ecx and the fourth on the stack', () => {
    // add eax,edx; add eax,ecx; add eax,[esp+4]; ret
    const cpu = cpuWith('01 d0 01 c8 03 44 24 04 c3');
    expect([cpu.call(CODE, [1, 2, 3, 4]), cpu.readRegister('esp')]).toEqual([10n, BigInt(STACK + 0x1ff0)]);
  });

  it('decodes 40 to 4f as inc and dec, and wraps at 32 bits', () => {
    // mov eax,-1; inc eax; dec eax; dec eax; ret
    expect(cpuWith('b8 ff ff ff ff 40 48 48 c3').call(CODE, [])).toBe(0xfffffffen);
  });

  it('calls kernel functions with their stack arguments', () => {
    // push 30; mov eax,12; mov edx,0xc0100000; call edx; pop ecx; ret
    expect(cpuWith('6a 1e b8 0c 00 00 00 ba 00 00 10 c0 ff d2 59 c3').call(CODE, [])).toBe(42n);
  });

  it('pushes and pops all registers', () => {
    // push ebx; mov ebx,7; pusha; mov ebx,9; popa; mov eax,ebx; pop ebx; ret
    expect(cpuWith('53 bb 07 00 00 00 60 bb 09 00 00 00 61 89 d8 5b c3').call(CODE, [])).toBe(7n);
  });
});

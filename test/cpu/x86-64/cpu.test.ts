import { describe, expect, it } from 'vitest';
import { BudgetExceeded, GuestTrap, type KernelEntry } from '../../../src/cpu/guest-cpu.ts';
import { createX8664Cpu, type X86Cpu } from '../../../src/cpu/x86-64/cpu.ts';
import { jumpToRegister, returnNow } from '../../../src/cpu/x86-64/native-entries.ts';
import { AddressSpace } from '../../../src/memory/address-space.ts';
import { GuestFault } from '../../../src/memory/guest-fault.ts';
import { READ_EXECUTE, READ_WRITE } from '../../../src/memory/mapping.ts';

const CODE = -0x3fdff000;
const STACK = -0x36ffffff8000;
const DATA = -0x777fc0000000;
const KERNEL = -0x7e000000;

const noKernel: KernelEntry = (_cpu, address) => {
  throw new GuestFault(address, 'execute', false);
};

function cpuWith(code: string, entry: KernelEntry = noKernel, natives?: Map<number, never>): X86Cpu {
  const memory = new AddressSpace();
  memory.map(CODE, bytesOf(code), READ_EXECUTE, 'code');
  memory.map(STACK - 0x4000, new Uint8Array(0x4000), READ_WRITE, 'stack');
  memory.map(DATA, new Uint8Array(0x2000), READ_WRITE, 'data');
  const cpu = createX8664Cpu(memory, entry, natives ? { nativeEntries: natives } : {});
  cpu.writeRegister('rsp', BigInt(STACK - 64));
  return cpu;
}

function bytesOf(code: string): Uint8Array {
  return Uint8Array.from(code.split(' '), (byte) => Number.parseInt(byte, 16));
}

const le64 = (address: number): string =>
  [...new Uint8Array(BigInt64Array.of(BigInt(address)).buffer)].map((byte) => byte.toString(16)).join(' ');

describe('X86Cpu', () => {
  it('returns the sum that lea computes of its two arguments', () => {
    const cpu = cpuWith('48 8d 04 37 c3');
    expect(cpu.call(CODE, [40, 2n])).toBe(42n);
    expect(cpu.instructions).toBe(2);
  });

  it('loops: the sum of 1 to 100', () => {
    // xor eax,eax; 1: add rax,rdi; dec rdi; jne 1b; ret
    expect(cpuWith('31 c0 48 01 f8 48 ff cf 75 f8 c3').call(CODE, [100])).toBe(5050n);
  });

  it('hands calls of unmapped kernel addresses to the kernel and goes on behind them with its value', () => {
    const seen: bigint[] = [];
    const cpu = cpuWith(`bf 07 00 00 00 48 b8 ${le64(KERNEL)} ff d0 ff c0 c3`, (at) => {
      seen.push(at.argument(0));
      return 99n;
    });
    expect([cpu.call(CODE, []), seen]).toEqual([100n, [7n]]);
  });

  it('runs a callback of the guest from within a kernel function on the same stack', () => {
    // call [rip+..] with rax = kernel; behind it at +14: lea rax,[rdi+rdi]; ret
    const cpu = cpuWith(`48 b8 ${le64(KERNEL)} ff d0 ff c0 c3 90 48 8d 04 3f c3`, (at) => at.call(CODE + 16, [21]));
    const stack = cpu.readRegister('rsp');
    expect([cpu.call(CODE, []), cpu.readRegister('rsp')]).toEqual([43n, stack]);
  });

  it('passes the seventh and eighth argument on the stack', () => {
    // mov rax,[rsp+8]; sub rax,[rsp+16]; ret
    const cpu = cpuWith('48 8b 44 24 08 48 2b 44 24 10 c3');
    const stack = cpu.readRegister('rsp');
    expect(cpu.call(CODE, [1, 2, 3, 4, 5, 6, 70, 28])).toBe(42n);
    expect(cpu.readRegister('rsp')).toBe(stack);
  });

  it('stops at ud2 with the address of the instruction', () => {
    const cpu = cpuWith('90 0f 0b');
    expect(() => cpu.call(CODE, [])).toThrowError(new GuestTrap('invalid-opcode', CODE + 1));
    expect(cpu.readRegister('rip')).toBe(BigInt.asUintN(64, BigInt(CODE + 1)));
  });

  it('raises the fault of a NULL dereference with rip at the instruction that did it', () => {
    const cpu = cpuWith('31 c0 90 8b 40 10 c3');
    expect(() => cpu.call(CODE, [])).toThrowError(new GuestFault(0x10, 'read', false));
    expect(cpu.readRegister('rip')).toBe(BigInt.asUintN(64, BigInt(CODE + 3)));
  });

  it('refuses a write to its own text', () => {
    const cpu = cpuWith('89 07 c3');
    expect(() => cpu.call(CODE, [CODE])).toThrowError(new GuestFault(CODE, 'write', true));
  });

  it('ends an endless loop when the budget is used up', () => {
    const cpu = cpuWith('eb fe');
    cpu.budget = 1000;
    expect(() => cpu.call(CODE, [])).toThrowError(BudgetExceeded);
    expect(cpu.instructions).toBe(1000);
  });

  it('runs new code after the old was unmapped', () => {
    const cpu = cpuWith('b8 01 00 00 00 c3');
    expect(cpu.call(CODE, [])).toBe(1n);
    cpu.memory.unmap(CODE);
    cpu.memory.map(CODE, bytesOf('b8 02 00 00 00 c3'), READ_EXECUTE, 'code');
    expect(cpu.call(CODE, [])).toBe(2n);
  });

  it('runs new code that a kernel function put there while guest code called it', () => {
    // mov rax,KERNEL; call rax; call +9; ret; (at +24:) mov eax,1; ret
    const code = `48 b8 ${le64(KERNEL)} ff d0 e8 07 00 00 00 c3 90 90 90 90 90 90 b8 01 00 00 00 c3`;
    let calls = 0;
    const cpu = cpuWith(code, (at) => {
      if (calls++ > 0) {
        at.memory.find(CODE)!.bytes[25] = 2;
        at.memory.codeChanged();
        at.call(CODE + 24, []);
      }
      return 0n;
    });
    expect([cpu.call(CODE, []), cpu.call(CODE, [])]).toEqual([1n, 2n]);
  });

  it('runs patched text once it is told', () => {
    const cpu = cpuWith('b8 01 00 00 00 c3');
    cpu.call(CODE, []);
    cpu.memory.find(CODE)!.bytes[1] = 7;
    cpu.memory.codeChanged();
    expect(cpu.call(CODE, [])).toBe(7n);
  });

  it('takes native entries without asking the kernel', () => {
    const natives = new Map<number, never>([
      [KERNEL, jumpToRegister('rdx') as never],
      [KERNEL + 64, returnNow as never],
    ]);
    // mov rax,KERNEL+64; call rax; mov rax,KERNEL; jmp rax   with rdx = CODE+24: mov eax,5; ret
    const code = `48 b8 ${le64(KERNEL + 64)} ff d0 48 b8 ${le64(KERNEL)} ff e0 b8 05 00 00 00 c3`;
    expect(cpuWith(code, noKernel, natives).call(CODE, [0, 0, CODE + 24])).toBe(5n);
  });

  it('reads per-CPU memory through gs', () => {
    const cpu = cpuWith('65 8b 04 25 28 00 00 00 c3');
    cpu.memory.writeU32(DATA + 0x28, 0xdeadbeef);
    cpu.writeRegister('gs_base', BigInt.asUintN(64, BigInt(DATA)));
    expect(cpu.call(CODE, [])).toBe(0xdeadbeefn);
  });
});

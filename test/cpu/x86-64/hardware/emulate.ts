import { GuestTrap } from '../../../../src/cpu/guest-cpu.ts';
import { createX8664Cpu } from '../../../../src/cpu/x86-64/cpu.ts';
import { AddressSpace } from '../../../../src/memory/address-space.ts';
import { GuestFault } from '../../../../src/memory/guest-fault.ts';
import { READ_EXECUTE, READ_WRITE } from '../../../../src/memory/mapping.ts';
import { CODE, DATA, type InstructionCase, type Outcome, PAGE, WINDOW, WINDOW_AT } from './instruction-case.ts';

const NAMES = 'rax rcx rdx rbx rsp rbp rsi rdi r8 r9 r10 r11 r12 r13 r14 r15'.split(' ');
const UD2 = [0x0f, 0x0b];
const FAULTED = 1;

/** A processor of ours with a code and a data page; runs cases one after the other. */
export function createEmulation(): (instructionCase: InstructionCase) => Outcome {
  const memory = new AddressSpace();
  const code = new Uint8Array(PAGE);
  const data = new Uint8Array(PAGE);
  memory.map(CODE, code, READ_EXECUTE, 'code');
  memory.map(DATA, data, READ_WRITE, 'data');
  const cpu = createX8664Cpu(memory, (_cpu, address) => {
    throw new GuestFault(address, 'execute', false);
  });
  return (instructionCase) => {
    code.set(instructionCase.code);
    code.set(UD2, instructionCase.code.length);
    memory.codeChanged();
    for (let at = 0; at < PAGE; at += WINDOW) data.set(instructionCase.window, at);
    for (const [index, name] of NAMES.entries()) cpu.writeRegister(name, instructionCase.registers[index]!);
    cpu.writeRegister('eflags', BigInt(instructionCase.flags));
    const fault = runToEnd(() => cpu.jump(CODE), CODE + instructionCase.code.length);
    return {
      registers: BigUint64Array.from(NAMES, (name) => cpu.readRegister(name)),
      flags: Number(cpu.readRegister('eflags')),
      fault,
      window: data.slice(WINDOW_AT, WINDOW_AT + WINDOW),
    };
  };
}

/** 0 when the code ran to the ud2 behind it. */
function runToEnd(run: () => void, end: number): number {
  try {
    run();
  } catch (error) {
    if (error instanceof GuestTrap) return error.address === end && error.trap === 'invalid-opcode' ? 0 : FAULTED;
    if (error instanceof GuestFault) return FAULTED;
    throw error;
  }
  return FAULTED;
}

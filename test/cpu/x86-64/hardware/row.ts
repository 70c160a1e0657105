import { decode } from '../../../../src/cpu/x86-64/decode.ts';
import { CODE, type InstructionCase, type Outcome, startingState } from './instruction-case.ts';

/** CF PF AF ZF SF DF OF: what user mode sees change. */
const COMPARED_FLAGS = 0xcd5;
const DIRECTION = 0x400;
const FAULT = 'fault';

/**
 * A recorded case as one line: code, seed, then what changed: `register=value`, `flags=value`, `+offset=byte`; or `fault`.
 * After a division the flags are undefined and left out.
 */
export function formatRow(seed: number, start: InstructionCase, outcome: Outcome): string {
  return [Buffer.from(start.code).toString('hex'), seed, ...changes(start, outcome)].join(' ');
}

/** What a row says happened. */
export function expectedChanges(row: string): string {
  return row.split(' ').slice(2).join(' ');
}

/** The starting state of a row. */
export function caseOfRow(row: string): InstructionCase {
  const [code = '', seed] = row.split(' ');
  return startingState(Uint8Array.from(Buffer.from(code, 'hex')), Number(seed));
}

/** What an outcome changed. */
export function changes(start: InstructionCase, { registers, flags, fault, window }: Outcome): string[] {
  if (fault !== 0) return [FAULT];
  const changed: string[] = [];
  for (const [number, value] of registers.entries()) {
    if (value !== start.registers[number]) changed.push(`${number}=${value.toString(16)}`);
  }
  changed.push(`flags=${(flags & (endsInDivision(start.code) ? DIRECTION : COMPARED_FLAGS)).toString(16)}`);
  for (const [offset, byte] of window.entries()) {
    if (byte !== start.window[offset]) changed.push(`+${offset}=${byte.toString(16)}`);
  }
  return changed;
}

function endsInDivision(code: Uint8Array): boolean {
  let offset = 0;
  let last = '';
  while (offset < code.length) {
    const instruction = decode(code, offset, CODE + offset, 64);
    if (typeof instruction === 'string') break;
    last = instruction.mnemonic;
    offset += instruction.length;
  }
  return /^i?div$/.test(last);
}

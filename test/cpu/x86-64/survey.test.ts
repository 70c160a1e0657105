import { expect, test } from 'vitest';
import type { CodeFact } from '../../../src/cpu/code-survey.ts';
import { surveyX8664 } from '../../../src/cpu/x86-64/survey.ts';

const BASE = -0x7f000000;
const BEHIND = BASE + 0x1000;

/** What a survey finds in code at BASE, without the places; calls and jumps to `apart` are not followed. */
function survey(code: string, apart?: number): (readonly unknown[])[] {
  const bytes = Uint8Array.from(Buffer.from(code.replaceAll(' ', ''), 'hex'));
  const source = {
    code: (address: number) =>
      address >= BASE && address < BASE + bytes.length
        ? bytes.subarray(address - BASE, address - BASE + 15)
        : undefined,
    isImage: (address: number) => address >= BASE && address < BASE + 0x2000_0000,
    follows: (target: number) => target !== apart,
    endsAt: () => false,
  };
  return [...surveyX8664(source, BASE, new Set())].map(short);
}

function short(fact: CodeFact): readonly unknown[] {
  if (fact.kind === 'forbidden') return [fact.mnemonic];
  if (fact.kind === 'unreadable') return ['unreadable', fact.at - BASE];
  return [fact.kind, fact.access, fact.kind === 'percpu' ? fact.address : fact.address - BASE];
}

test.each([
  ['moves and arithmetic on registers and the stack', '4889f8 48894424f8 4801f0 c3', []],
  ['a read of a model-specific register', '0f32 c3', [['rdmsr']]],
  ['an access to a port', 'e680 c3', [['out']]],
  ['a control register', '0f20c0 c3', [['mov']]],
  ['a vector register', '0f28c1 c3', [['movaps']]],
  ['the time-stamp counter', '0f31 c3', [['rdtsc']]],
  ['a read at a fixed address', '8b042500100081 c3', [['reference', 'read', 0x1000]]],
  ['a read relative to rip', '8b05fa0f0000 c3', [['reference', 'read', 0x1000]]],
  ['an element of a table', '8b04bd00100081 c3', [['reference', 'read', 0x1000]]],
  ['a write to a fixed address', 'c704250010008101000000 c3', [['reference', 'write', 0x1000]]],
  ['a comparison with memory at a fixed address', '833c250010008100 c3', [['reference', 'read', 0x1000]]],
  ['an address of the image as a constant', '48c7c000100081 c3', [['reference', 'address', 0x1000]]],
  ['a number of 32 bits that looks like one', 'b800100081 c3', []],
  ['a per-CPU variable', '65488b042528000000 c3', [['percpu', 'read', 0x28]]],
  ['a per-CPU variable whose place is computed', '65488b07 c3', [['gs: mov']]],
  ['what stands behind a return, a jump, a breakpoint and an undefined instruction', 'c3 0f32', []],
  ['both ways of a branch', '7402 c3 90 0f32 c3', [['rdmsr']]],
  ['a loop', '48ffc9 75fb c3', []],
  ['a call and what follows it', 'e803000000 c3 0f32 0f31 c3', [['rdtsc']]],
  ['code that ends in the middle', '4889', [['unreadable', 0]]],
  ['a jump out of all code', 'e9fb0f0000', [['unreadable', BEHIND - BASE]]],
])('a survey of %s', (_what, code, facts) => {
  expect(survey(code)).toEqual(facts);
});

test('a branch to what is known otherwise is not followed', () => {
  expect(survey('e9fb0f0000', BEHIND)).toEqual([]);
  expect(survey('e8fb0f0000 c3', BEHIND)).toEqual([]);
});

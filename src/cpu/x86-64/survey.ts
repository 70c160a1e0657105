import type { Address } from '../../memory/address.ts';
import type { CodeFact, CodeSource, ReferenceAccess } from '../code-survey.ts';
import { decode } from './decode.ts';
import { isExecutable } from './executors.ts';
import type { Instruction, MemoryOperand, Operand } from './instruction.ts';
import { CONDITIONS } from './opcodes-one-byte.ts';

/** Mnemonics by what a survey makes of them. */
interface Mnemonics {
  /** Behind these control never goes on to the next instruction. */
  readonly ends: ReadonlySet<string>;
  /** What touches the processor's own state, devices or time. */
  readonly forbidden: ReadonlySet<string>;
  /** Instructions that only read the memory that is their first operand. */
  readonly readers: ReadonlySet<string>;
  /** Branches whose target is an operand. */
  readonly branches: ReadonlySet<string>;
}

const words = (text: string): string[] => text.split(' ');

let mnemonics: Mnemonics | undefined;

/** Made when the first survey asks for them: few commands make one. */
function allMnemonics(): Mnemonics {
  mnemonics ??= {
    ends: new Set(words('jmp ret ud0 ud1 ud2 int3')),
    forbidden: new Set(
      words(
        'int int1 syscall sysenter sysexitd sysexitq sysretd sysretq iretw iretd iretq retf swapgs lgdt lidt lldt ltr sgdt ' +
          'sidt sldt str smsw lmsw xsetbv xgetbv rdpmc invpcid rdmsr wrmsr in out cpuid hlt rdtsc rdtscp rdrand rdseed clts ' +
          'invd wbinvd wbnoinvd invlpg monitor mwait clac stac emms ldmxcsr stmxcsr insb insw insd outsb outsw outsd',
      ),
    ),
    readers: new Set(words('cmp test bt push call jmp mul imul div idiv nop')),
    branches: new Set([
      ...words('jmp call loop loope loopne jcxz jecxz jrcxz'),
      ...CONDITIONS.map((name) => `j${name}`),
    ]),
  };
  return mnemonics;
}

const FILES_OF_OTHERS: readonly string[] = ['control', 'debug', 'mmx', 'xmm', 'segment'];

/** {@link SurveyCode} of x86-64 code. Facts come in the order in which code is found; the caller stops when it knows enough. */
export function* surveyX8664(source: CodeSource, entry: Address, seen: Set<Address>): Iterable<CodeFact> {
  const { ends } = allMnemonics();
  const starts = [entry];
  for (let start = starts.pop(); start !== undefined; start = starts.pop()) {
    for (let at = start; !seen.has(at); ) {
      seen.add(at);
      const bytes = source.code(at);
      const instruction = bytes && decode(bytes, 0, at, 64);
      if (!instruction || typeof instruction === 'string') return yield { kind: 'unreadable', at };
      yield* factsOf(source, instruction);
      const target = branchTarget(instruction);
      if (target !== undefined && !seen.has(target) && source.follows(target)) starts.push(target);
      if (ends.has(instruction.mnemonic) || (target !== undefined && source.endsAt(target))) break;
      at += instruction.length;
    }
  }
}

function branchTarget({ mnemonic, operands }: Instruction): Address | undefined {
  const [first] = operands;
  return first?.kind === 'target' && allMnemonics().branches.has(mnemonic) ? first.address : undefined;
}

function* factsOf(source: CodeSource, instruction: Instruction): Iterable<CodeFact> {
  const { address: at, mnemonic, operands } = instruction;
  if (isForbidden(instruction)) yield { kind: 'forbidden', at, mnemonic };
  for (const [index, operand] of operands.entries()) {
    if (operand.kind === 'memory') yield* memoryFacts(source, instruction, operand, accessOf(mnemonic, index));
    const immediate = immediateAddress(operand);
    if (immediate !== undefined && source.isImage(immediate))
      yield { kind: 'reference', at, address: immediate, access: 'address' };
  }
}

function isForbidden(instruction: Instruction): boolean {
  const { mnemonic, operands } = instruction;
  if (allMnemonics().forbidden.has(mnemonic) || !isExecutable(instruction)) return true;
  return operands.some((operand) => operand.kind === 'register' && FILES_OF_OTHERS.includes(operand.file));
}

function* memoryFacts(
  source: CodeSource,
  { address: at, mnemonic }: Instruction,
  { base, index, displacement, ripRelative, segment }: MemoryOperand,
  access: ReferenceAccess,
): Iterable<CodeFact> {
  if (mnemonic === 'nop') return;
  const isFixed = ripRelative || (base < 0 && index < 0);
  if (segment === 'gs' && isFixed) return yield { kind: 'percpu', at, address: displacement, access };
  if (segment === 'gs' || segment === 'fs') return yield { kind: 'forbidden', at, mnemonic: `${segment}: ${mnemonic}` };
  if (isFixed || source.isImage(displacement)) yield { kind: 'reference', at, address: displacement, access };
}

function accessOf(mnemonic: string, index: number): ReferenceAccess {
  if (mnemonic === 'lea') return 'address';
  if (mnemonic === 'xchg' || mnemonic === 'xadd') return 'write';
  return index === 0 && !allMnemonics().readers.has(mnemonic) ? 'write' : 'read';
}

/** A constant of 64 bits as an address. */
function immediateAddress(operand: Operand): Address | undefined {
  if (operand.kind !== 'immediate' || operand.size !== 64) return undefined;
  return operand.high * 0x1_0000_0000 + (operand.low >>> 0);
}

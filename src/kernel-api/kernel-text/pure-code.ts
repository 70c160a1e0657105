import type { CodeFact, CodeSource, SurveyCode } from '../../cpu/code-survey.ts';
import { isKernelText } from '../../kernel/memory/kernel-text.ts';
import type { Address } from '../../memory/address.ts';
import type { KernelProfile } from '../../profile/kernel-profile.ts';
import { KnownData } from './known-data.ts';
import type { OwnedStructures } from './owned-structures.ts';

/** Bytes of the longest instruction. */
const LONGEST = 15;
/** A function that reaches more instructions than this is none to run for its result. */
const MAX_INSTRUCTIONS = 20_000;
/** From the start of the kernel's code on so much may be its image; behind it modules begin. */
const IMAGE_SIZE = 0x3f00_0000;
/** What the processor does itself, and what stands for a death. */
const INTERCEPTED =
  /^(__fentry__|__x86_return_thunk|__x86_indirect_(jump_|call_)?thunk_\w+|__stack_chk_fail|fortify_panic|panic)$/;
const NEVER_RETURN = /^(__stack_chk_fail|fortify_panic|panic|__ubsan_handle_\w+)$/;

/** `endbr64`; what stands at the head of functions that ftrace knows: `call __fentry__`, or a no-operation in its place. */
const ENDBR64 = [0xf3, 0x0f, 0x1e, 0xfa];
const CALL = 0xe8;
const NOP5 = [0x0f, 0x1f, 0x44, 0x00, 0x00];

/** What the analysis asks of those who know the models. */
export interface ModelledNames {
  /** The names of the exports that begin at an address. */
  namesAt(address: Address): readonly string[];
  isModelled(name: string): boolean;
}

/**
 * Which of the kernel's functions may be run from the kernel's own code: those that are pure. A function is pure when all
 * code that it reaches by direct branches, up to functions of which there are models,
 * - is there, decodes, and consists of instructions on memory and general registers: none that touches ports, control,
 *   debug or model-specific registers, descriptor tables or vector units, or reads the time;
 * - names no memory of the image but constant data, exported data that is kept as a booted kernel has it (to read), and
 *   the per-CPU variables that are kept (the running task, the preemption count, the stack's canary);
 *
 * and it is handed no structure of which models keep part of the truth somewhere else (owned-structures.ts); of functions
 * that the kernel's type information leaves out, those that are not traced pass for such. What it calls
 * through pointers is decided when it is called: modules' code, a model, or again a function of the kernel.
 */
export class PureCode {
  readonly #profile: KernelProfile;
  readonly #survey: SurveyCode;
  readonly #names: ModelledNames;
  readonly #owned: OwnedStructures;
  /** The instructions of the functions that were found pure. */
  readonly #fit = new Set<Address>();
  #data: KnownData | undefined;

  constructor(profile: KernelProfile, survey: SurveyCode, names: ModelledNames, owned: OwnedStructures) {
    this.#profile = profile;
    this.#survey = survey;
    this.#names = names;
    this.#owned = owned;
  }

  /** Whether an instruction belongs to a function that was found pure. */
  isFit(address: Address): boolean {
    return this.#fit.has(address);
  }

  /** Why the function `name` at an address is not pure; undefined: it is. */
  objection(address: Address, name: string): string | undefined {
    if (!isKernelText(this.#profile, address)) return 'no code';
    const prototype = this.#profile.prototype(name);
    if (!prototype && !this.#isUntraced(address)) return 'no prototype';
    const owned = prototype && this.#owned.argumentOf(prototype);
    return owned === undefined ? this.#codeObjection(address) : `struct ${owned}`;
  }

  /**
   * Without a place for ftrace at its head: a function of lib/ or in assembler, of which the type information of a kernel
   * need not know.
   */
  #isUntraced(address: Address): boolean {
    const head = this.#profile.btfBase && this.#profile.text?.read(address, LONGEST);
    if (!head) return false;
    const code = startsWith(head, ENDBR64) ? head.subarray(ENDBR64.length) : head;
    return code[0] !== CALL && !startsWith(code, NOP5);
  }

  /** What in the code that a function reaches keeps it from being pure. */
  #codeObjection(address: Address): string | undefined {
    const seen = new Set<Address>();
    const source: CodeSource = {
      code: (at) => (seen.size > MAX_INSTRUCTIONS ? undefined : this.#profile.text?.read(at, LONGEST)),
      isImage: (at) => at >= this.#textStart && at < this.#textStart + IMAGE_SIZE,
      follows: (target) => !this.#names.namesAt(target).some((name) => this.#isIntercepted(name)),
      endsAt: (target) => this.#names.namesAt(target).some((name) => NEVER_RETURN.test(name)),
    };
    for (const fact of this.#survey(source, address, seen)) {
      const objection = this.#objectionTo(fact);
      if (objection !== undefined) return objection;
    }
    for (const at of seen) this.#fit.add(at);
    return undefined;
  }

  get #textStart(): Address {
    return this.#profile.text!.runs[0]!.address;
  }

  #isIntercepted(name: string): boolean {
    return INTERCEPTED.test(name) || this.#names.isModelled(name);
  }

  #objectionTo(fact: CodeFact): string | undefined {
    this.#data ??= new KnownData(this.#profile);
    if (fact.kind === 'forbidden') return fact.mnemonic;
    if (fact.kind === 'unreadable') return 'code that cannot be read';
    const { address, access } = fact;
    if (fact.kind === 'percpu') return this.#data.isKeptPercpu(address) ? undefined : 'a per-CPU variable';
    const isConstant = isKernelText(this.#profile, address) || this.#data.isConstant(address);
    if (access !== 'write' && (isConstant || this.#data.isKept(address))) return undefined;
    return `${access} of the kernel's data`;
  }
}

function startsWith(bytes: Uint8Array, start: readonly number[]): boolean {
  return start.every((byte, index) => bytes[index] === byte);
}

import { x8664Processor } from '../../../src/applets/machine/guest-runner.ts';
import type { SurveyCode } from '../../../src/cpu/code-survey.ts';
import { surveyX8664 } from '../../../src/cpu/x86-64/survey.ts';
import { createKernel } from '../../../src/kernel/create-kernel.ts';
import type { Kernel } from '../../../src/kernel/kernel.ts';
import { TaskKilled } from '../../../src/kernel/task-killed.ts';
import type { Session } from '../../../src/kernel-api/core/session.ts';
import { KERNEL_FUNCTIONS } from '../../../src/kernel-api/functions/all.ts';
import type { KernelFunctionRow } from '../../../src/kernel-api/kernel-function.ts';
import { KernelCode } from '../../../src/kernel-api/kernel-text/kernel-code.ts';
import { createRunner, type GuestRunner } from '../../../src/kernel-api/runner.ts';
import { type Address, addressFromBits } from '../../../src/memory/address.ts';
import { READ_WRITE } from '../../../src/memory/mapping.ts';
import type { FunctionPrototype, KernelProfile, ValueType } from '../../../src/profile/kernel-profile.ts';
import { openDefaultProfile } from '../../../src/profile/open-profile.ts';
import type { Argument } from './argument.ts';
import { CASES } from './cases.ts';

/** Where arguments stand: each in a slot of its own. */
const ARENA: Address = -0x700000000000;
const SLOT = 4096;
const SLOTS = 8;
/** What no argument covers. */
const FILLER = 0xa5;

/** Knows prototypes that other kernels' type information leaves out. */
const REFERENCE = openDefaultProfile();

/** What a call did: its result, and what then stands in memory. */
export interface Outcome {
  readonly result: string;
  readonly memory: string;
}

/** A machine on which one kernel function at a time is called. */
export class FunctionMachine {
  readonly #kernel: Kernel;
  readonly #runner: GuestRunner;

  /**
   * `runsCode`: of the functions of {@link CASES}, and of all that stand in lib/ and that these may call, the models are
   * left out, so that the kernel's own code runs instead, whatever it touches.
   */
  constructor(profile: KernelProfile, runsCode: boolean) {
    const isLeftOut = ({ name, source }: KernelFunctionRow): boolean =>
      runsCode && (Object.hasOwn(CASES, name) || source.startsWith('lib/'));
    const functions = KERNEL_FUNCTIONS.map((table) => () => table().filter((row) => !isLeftOut(row)));
    const names = KERNEL_FUNCTIONS.flatMap((table) => table().filter(isLeftOut)).map(({ name }) => name);
    const survey = indulgentTo(new Set(names.map((name) => profile.exports.find(name)?.address)));
    this.#runner = createRunner({
      ...x8664Processor,
      kernelCode: (...[own, tables, isModelled]) => new KernelCode(own, survey, tables, isModelled),
      functions,
      budget: 20_000_000,
    });
    this.#kernel = createKernel(profile, this.#runner, () => 0);
    this.#kernel.memory.map(ARENA, new Uint8Array(SLOT * SLOTS), READ_WRITE, 'arguments');
  }

  /** Whether a kernel has a function, and it is known what that returns. */
  static knows(profile: KernelProfile, name: string): boolean {
    return profile.exports.find(name) !== undefined && prototypeOf(profile, name) !== undefined;
  }

  /** How often a function ran from the kernel's own code. */
  ran(name: string): number {
    return this.#runner.textCalls.get(name) ?? 0;
  }

  /** Calls a function. A death of it is an outcome too. */
  call(name: string, args: readonly Argument[]): Outcome {
    const { profile } = this.#kernel;
    const { address } = profile.exports.find(name)!;
    const { returns } = prototypeOf(profile, name)!;
    try {
      return this.#runner.run(this.#kernel, (session) => {
        const values = this.#place(session, args);
        const result = shown(session, returns, session.call(address, ...values));
        return { result, memory: hex(session.memory.view(ARENA, SLOT * args.length, 'read')) };
      });
    } catch (error) {
      if (!(error instanceof TaskKilled)) throw error;
      return {
        result: this.#kernel.log.find(({ text }) => /^(BUG|general|kernel BUG)/.test(text))?.text ?? 'died',
        memory: '',
      };
    }
  }

  #place(session: Session, args: readonly Argument[]): (number | bigint)[] {
    const { memory } = session;
    memory.view(ARENA, SLOT * SLOTS, 'write').fill(FILLER);
    return args.map((arg, index) => {
      if (typeof arg === 'number' || typeof arg === 'bigint') return arg;
      const at = ARENA + index * SLOT + 64;
      if (arg instanceof Uint8Array) {
        memory.view(at, arg.length, 'write').set(arg);
        return at;
      }
      if ('function' in arg) return session.kernel.profile.exports.find(arg.function)!.address;
      let text = at + 256;
      for (const [row, string] of arg.strings.entries()) {
        memory.view(text, string.length, 'write').set(string);
        memory.writePointer(at + row * 8, text);
        text += string.length;
      }
      return at;
    });
  }
}

function prototypeOf(profile: KernelProfile, name: string): FunctionPrototype | undefined {
  return profile.prototype(name) ?? REFERENCE.prototype(name);
}

/** Says nothing against the code of these functions but that it cannot be read. */
function indulgentTo(addresses: ReadonlySet<Address | undefined>): SurveyCode {
  return function* (source, entry, seen) {
    const isIndulgent = addresses.has(entry);
    for (const fact of surveyX8664(source, entry, seen)) if (!isIndulgent || fact.kind === 'unreadable') yield fact;
  };
}

/** A result as its type has it; what a pointer to the heap points to, as a string. */
function shown({ memory }: Session, { kind, size, signed }: ValueType, value: bigint): string {
  if (kind === 'void') return '';
  if (kind !== 'pointer') return String(signed ? BigInt.asIntN(size * 8, value) : BigInt.asUintN(size * 8, value));
  const address = addressFromBits(value);
  if (address === 0) return 'NULL';
  const isArgument = address >= ARENA && address < ARENA + SLOT * SLOTS;
  return isArgument ? `argument+${address - ARENA}` : `"${memory.readCString(address)}"`;
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

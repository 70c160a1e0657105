import type { SurveyCode } from '../../cpu/code-survey.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { isKernelText, mapKernelText } from '../../kernel/memory/kernel-text.ts';
import type { Address } from '../../memory/address.ts';
import type { KernelProfile } from '../../profile/kernel-profile.ts';
import type { Session } from '../core/session.ts';
import type { KernelFunctionRow } from '../kernel-function.ts';
import { OwnedStructures } from './owned-structures.ts';
import { PureCode } from './pure-code.ts';
import { enterText } from './text-calls.ts';

/** Bytes behind the first of the longest instruction. */
const LONGEST = 14;

/** Makes a {@link KernelCode} of a profile that has the kernel's code. `tables`: all models. */
export type MakeKernelCode = (
  profile: KernelProfile,
  tables: readonly (() => readonly KernelFunctionRow[])[],
  isModelled: (name: string) => boolean,
) => KernelCode;

/** The functions of the kernel that run from its own code, of a profile that has it. */
export class KernelCode {
  readonly #profile: KernelProfile;
  readonly #pure: PureCode;
  readonly #isModelled: (name: string) => boolean;
  /** By address: what is to be done when a function begins; undefined: it is not to be run. */
  readonly #entries = new Map<Address, ((session: Session) => void) | undefined>();

  constructor(
    profile: KernelProfile,
    survey: SurveyCode,
    tables: readonly (() => readonly KernelFunctionRow[])[],
    isModelled: (name: string) => boolean,
  ) {
    this.#profile = profile;
    this.#isModelled = isModelled;
    const namesAt = (address: Address) => profile.exports.namesAt(address);
    this.#pure = new PureCode(profile, survey, { namesAt, isModelled }, new OwnedStructures(tables));
  }

  /**
   * Whether control comes from outside at an address: at an export, or at code that is not known to be part of a function
   * that may run. What may run there is mapped.
   */
  isEntry(kernel: Kernel, address: Address): boolean {
    if (!isKernelText(this.#profile, address)) return false;
    const isWithin = this.#pure.isFit(address) && this.#profile.exports.namesAt(address).length === 0;
    if (!isWithin && this.entryOf(address) === undefined) return true;
    for (const at of [address, address + LONGEST]) if (isKernelText(this.#profile, at)) mapKernelText(kernel, at);
    return !isWithin;
  }

  /** What is to be done when the function at an address is called and runs from its code; undefined: it is none of those. */
  entryOf(address: Address): ((session: Session) => void) | undefined {
    if (!this.#entries.has(address)) this.#entries.set(address, this.#judge(address));
    return this.#entries.get(address);
  }

  /** The name of the function that begins at an address of the kernel's code, exported or not. */
  namesAt(address: Address): string[] {
    if (!isKernelText(this.#profile, address)) return [];
    const exported = this.#profile.exports.namesAt(address);
    const symbol = exported.length > 0 ? undefined : this.#profile.symbolAt?.(address);
    return symbol?.address === address ? [symbol.name] : exported;
  }

  #judge(address: Address): ((session: Session) => void) | undefined {
    const names = this.namesAt(address);
    if (names.length === 0 || names.some((name) => this.#isModelled(name))) return undefined;
    const name = names.find((each) => this.#profile.prototype(each)) ?? names[0]!;
    if (this.#pure.objection(address, name) !== undefined) return undefined;
    const parameters = this.#profile.prototype(name)?.parameters ?? [];
    const pointers = [...parameters.keys()].filter((index) => parameters[index]!.type.kind === 'pointer');
    return (session) => enterText(session, name, pointers);
  }
}

import { RUN_CODE } from '../../cpu/guest-cpu.ts';
import { kzalloc } from '../../kernel/memory/heap.ts';
import { type Address, addressBits } from '../../memory/address.ts';
import { GuestFault } from '../../memory/guest-fault.ts';
import type { KernelProfile, ValueType } from '../../profile/kernel-profile.ts';
import type { KernelFunction, KernelFunctionRow } from '../kernel-function.ts';
import type { KernelCode, MakeKernelCode } from '../kernel-text/kernel-code.ts';
import { CallArguments } from './call-arguments.ts';
import { MCOUNT_INSN_SIZE } from './probes/probes.ts';
import type { Session } from './session.ts';
import { madeUp } from './unmodelled.ts';

/** A pointer that a stub gives to something of unknown size gets this much. */
const UNKNOWN_OBJECT = 4096;
/** No CPU's area is larger; code never stands as low. */
const PERCPU_AREA = 0x100000;
/** Functions without an export that modules call all the same: a kprobe or a table of functions tells them the address. */
const UNEXPORTED = ['kallsyms_lookup_name', '__pollwait'];
/** Names of functions that look for something: their stub finds nothing. */
const LOOKS_FOR = /find|lookup|search|_get_by_|_match|next|first/;

/** Models by name. */
class Models {
  readonly #tables: Iterator<() => readonly KernelFunctionRow[]>;
  readonly #known = new Map<string, KernelFunctionRow>();

  constructor(tables: readonly (() => readonly KernelFunctionRow[])[]) {
    this.#tables = tables.values();
  }

  /** Makes one table after the other until one has the name. */
  find(name: string): KernelFunctionRow | undefined {
    while (!this.#known.has(name) && this.#makeNext());
    return this.#known.get(name);
  }

  get names(): Iterable<string> {
    while (this.#makeNext());
    return this.#known.keys();
  }

  #makeNext(): boolean {
    const { value: table } = this.#tables.next();
    for (const row of table?.() ?? []) this.#known.set(row.name, row);
    return table !== undefined;
  }
}

/** What answers at an address: a model or a stub, or the code that stands there. */
type Answer = { readonly model: KernelFunction } | { readonly enter: (session: Session) => void };

/** The models of one kernel by the address that modules call. */
export class Entries {
  readonly #profile: KernelProfile;
  readonly #models: Models;
  /** What answers at the addresses that were called so far. */
  readonly #called = new Map<Address, Answer>();
  /** The functions that run from the kernel's own code; undefined: none does. */
  readonly code: KernelCode | undefined;

  constructor(
    profile: KernelProfile,
    tables: readonly (() => readonly KernelFunctionRow[])[],
    makeCode: MakeKernelCode | undefined,
  ) {
    this.#profile = profile;
    this.#models = new Models(tables);
    const isModelled = (name: string): boolean => this.#models.find(name) !== undefined;
    this.code = profile.text && makeCode?.(profile, tables, isModelled);
  }

  /** An address in the kernel's text behind which data begins at the next huge page. */
  get last(): Address {
    const end = this.#profile.symbolAddress('_etext');
    return end === undefined ? this.#lastModel() : end - 1;
  }

  /**
   * Runs the model or the stub at an address, or says that the kernel's own code is to run. Raises GuestFault when no
   * function stands there.
   */
  run(session: Session, address: Address): bigint | undefined | typeof RUN_CODE {
    let answer = this.#called.get(address);
    if (!answer) {
      answer = this.#answerAt(address);
      this.#called.set(address, answer);
    }
    if ('enter' in answer) {
      answer.enter(session);
      return RUN_CODE;
    }
    const value = answer.model(new CallArguments(session));
    if (value === undefined) return undefined;
    return typeof value === 'bigint' ? value : BigInt.asUintN(64, BigInt(value));
  }

  /** Where the function of that name stands in the kernel's source tree, if it is modelled. */
  sourceOf(name: string): string | undefined {
    return this.#models.find(name)?.source;
  }

  /** An answer in the place of one that the kernel's own code could not give. */
  standIn(session: Session, name: string): bigint {
    madeUp(session, name);
    return madeUpAnswer(session, name, this.#profile.prototype(name)?.returns);
  }

  #lastModel(): Address {
    const { exports } = this.#profile;
    const addresses = Array.from(this.#models.names, (name) => exports.find(name)?.address);
    return Math.max(...addresses.filter((address) => address !== undefined));
  }

  #answerAt(address: Address): Answer {
    const names = isPercpuOffset(address) ? [] : this.#namesAt(address);
    if (names.length === 0) throw new GuestFault(address, 'execute', false);
    for (const name of names) {
      const model = this.#models.find(name);
      if (model) return { model: model.run };
    }
    const enter = this.code?.entryOf(address);
    return enter ? { enter } : { model: this.#stub(names.at(-1)!) };
  }

  /** The functions that begin at an address, or before the no-operation that ftrace keeps at the head of each. */
  #namesAt(address: Address): string[] {
    const { exports } = this.#profile;
    const names = exports.namesAt(address);
    if (names.length > 0) return names;
    const own = this.code?.namesAt(address) ?? [];
    if (own.length > 0) return own;
    const traced = exports.namesAt(address - MCOUNT_INSN_SIZE).filter((name) => this.#profile.prototype(name));
    return traced.length > 0 ? traced : UNEXPORTED.filter((name) => this.#profile.symbolAddress(name) === address);
  }

  #stub(name: string): KernelFunction {
    return ({ session }) => this.standIn(session, name);
  }
}

/** Per-CPU symbols have offsets into the area of their CPU for addresses: nothing can be called there. */
function isPercpuOffset(address: Address): boolean {
  return address >= 0 && address < PERCPU_AREA;
}

/** An answer that fits the return type: 0, false, NULL for what looks for something, a zeroed object for a pointer. */
function madeUpAnswer(session: Session, name: string, type: ValueType | undefined): bigint {
  if (type?.kind !== 'pointer' || LOOKS_FOR.test(name)) return 0n;
  return addressBits(kzalloc(session.kernel, type.target?.size || UNKNOWN_OBJECT));
}

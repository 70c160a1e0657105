import { kzalloc } from '../../kernel/heap.ts';
import { type Address, addressBits } from '../../memory/address.ts';
import { GuestFault } from '../../memory/guest-fault.ts';
import type { KernelProfile, ValueType } from '../../profile/kernel-profile.ts';
import type { KernelFunction, KernelFunctionRow } from '../kernel-function.ts';
import { CallArguments } from './call-arguments.ts';
import { exportNameAt } from './export-addresses.ts';
import type { Session } from './session.ts';

/** A pointer that a stub gives to something of unknown size gets this much. */
const UNKNOWN_OBJECT = 4096;
/** Names of functions that look for something: their stub finds nothing. */
const LOOKS_FOR = /find|lookup|search|_get_by_|_match|next|first/;

/** The models of one kernel by the address that modules call. */
export class Entries {
  readonly #profile: KernelProfile;
  readonly #models = new Map<Address, KernelFunction>();
  readonly #names = new Map<Address, string>();

  constructor(profile: KernelProfile, rows: readonly KernelFunctionRow[]) {
    this.#profile = profile;
    for (const { name, run } of rows) {
      const address = profile.exports.find(name)?.address;
      if (address === undefined) continue;
      this.#models.set(address, run);
      this.#names.set(address, name);
    }
  }

  /** The highest of the functions: data begins behind it. */
  get last(): Address {
    let last = Number.NEGATIVE_INFINITY;
    for (const address of this.#models.keys()) if (address > last) last = address;
    return last;
  }

  /** The name of the function at an address, if it is an export. */
  nameAt(address: Address): string | undefined {
    return this.#names.get(address) ?? exportNameAt(this.#profile, address);
  }

  /** Runs the model or the stub at an address. Raises GuestFault when no function stands there. */
  run(session: Session, address: Address): bigint | undefined {
    const model = this.#models.get(address);
    const value = model ? model(new CallArguments(session)) : this.#stub(session, address);
    if (value === undefined) return undefined;
    return typeof value === 'bigint' ? value : BigInt.asUintN(64, BigInt(value));
  }

  #stub(session: Session, address: Address): bigint {
    const name = exportNameAt(this.#profile, address);
    if (name === undefined) throw new GuestFault(address, 'execute', false);
    session.stubs.set(name, (session.stubs.get(name) ?? 0) + 1);
    return madeUpAnswer(session, name, this.#profile.prototype(name)?.returns);
  }
}

/** An answer that fits the return type: 0, false, NULL for what looks for something, a zeroed object for a pointer. */
function madeUpAnswer(session: Session, name: string, type: ValueType | undefined): bigint {
  if (type?.kind !== 'pointer' || LOOKS_FOR.test(name)) return 0n;
  return addressBits(kzalloc(session.kernel, type.target?.size || UNKNOWN_OBJECT));
}

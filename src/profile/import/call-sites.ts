import { CALL_CHAINS } from '../../abi/call-chains.ts';
import { EM } from '../../abi/elf.ts';
import type { Address } from '../../memory/address.ts';
import { viewOf } from '../container/bytes.ts';
import type { CallSite } from '../kernel-profile.ts';
import type { KallsymsSymbol } from './kallsyms.ts';
import type { ImageRegion, KernelImage } from './kernel-image.ts';

/** `call rel32` and its length. */
const CALL = 0xe8;
const CALL_SIZE = 5;
/** `mov disp8(reg),reg` within this many bytes before an indirect call loads the pointer that it goes through. */
const LOAD = 0x8b;
const LOAD_REACH = 16;
const MODRM_MOD_DISP8 = 0x40;
/** Indirect calls are direct ones of these. */
const THUNK = /^__x86_indirect_thunk_/;

interface Site {
  /** Offset behind the call within the function. */
  readonly offset: number;
  readonly target: Address;
}

/** The places of {@link CALL_CHAINS} that an x86-64 image has; none for other machines. */
export function findCallSites(image: KernelImage, symbols: readonly KallsymsSymbol[]): CallSite[] {
  if (image.elfMachine !== EM.X86_64) return [];
  const index = new SymbolIndex(symbols);
  const keys = new Set<string>(Object.values(CALL_CHAINS).flat());
  return [...keys].flatMap((key) => findCallSite(image, index, key) ?? []);
}

class SymbolIndex {
  readonly addresses = new Map<string, Address>();
  readonly #thunks = new Set<Address>();
  readonly #order: readonly Address[];

  constructor(symbols: readonly KallsymsSymbol[]) {
    for (const { name, address } of symbols) {
      if (!this.addresses.has(name)) this.addresses.set(name, address);
      if (THUNK.test(name)) this.#thunks.add(address);
    }
    this.#order = [...new Set(symbols.map(({ address }) => address))].sort((a, b) => a - b);
  }

  isThunk(address: Address): boolean {
    return this.#thunks.has(address);
  }

  /** Bytes to the next symbol. */
  sizeOf(address: Address): number {
    return (this.#order.find((each) => each > address) ?? address) - address;
  }
}

function findCallSite(image: KernelImage, index: SymbolIndex, key: string): CallSite | undefined {
  const [caller = '', called = ''] = key.split('>');
  const [callee = '', which = '1'] = called.split('#');
  const start = index.addresses.get(caller);
  const place = start === undefined ? undefined : image.place(start);
  if (start === undefined || !place) return undefined;
  const size = index.sizeOf(start);
  const sites = callsIn(place.region, start, size);
  const site = callee.startsWith('*')
    ? indirectSite(
        place.region,
        start,
        sites.filter(({ target }) => index.isThunk(target)),
        callee.slice(1),
      )
    : sites.filter(({ target }) => target === index.addresses.get(callee))[Number(which) - 1];
  return site && { key, name: caller, address: start + site.offset, offset: site.offset, size };
}

function indirectSite(region: ImageRegion, start: Address, sites: readonly Site[], which: string): Site | undefined {
  if (!which.startsWith('+')) return sites[Number(which) - 1];
  return sites.find(({ offset }) => loadsFrom(region, start + offset - CALL_SIZE, Number(which)));
}

/** What looks like calls in a function's bytes. */
function callsIn({ address, bytes }: ImageRegion, start: Address, size: number): Site[] {
  const sites: Site[] = [];
  const view = viewOf(bytes);
  const first = start - address;
  for (let at = first; at + CALL_SIZE <= Math.min(first + size, bytes.length); at++) {
    if (bytes[at] !== CALL) continue;
    const behind = at + CALL_SIZE;
    sites.push({ offset: behind - first, target: address + behind + view.getInt32(at + 1, true) });
  }
  return sites;
}

function loadsFrom({ address, bytes }: ImageRegion, call: Address, displacement: number): boolean {
  const end = call - address;
  for (let at = end - 3; at > end - LOAD_REACH && at > 0; at--) {
    const isDisp8 = (bytes[at + 1]! & 0xc0) === MODRM_MOD_DISP8;
    if (bytes[at] === LOAD && isDisp8 && bytes[at + 2] === displacement) return true;
  }
  return false;
}

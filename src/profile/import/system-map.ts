import { addressFromBits } from '../../memory/address.ts';
import type { KallsymsSymbol } from './kallsyms.ts';

const LINE = /^([0-9a-f]{8}|[0-9a-f]{16}) (\S) (\S+)/gim;
/** What stands for the real thing in distributions that keep it in a debug package. */
const PLACEHOLDER = 'ffffffffffffffff';

/** The symbols of a System.map, as nm(1) writes it. Other lines are passed over. */
export function parseSystemMap(text: string): KallsymsSymbol[] {
  return [...text.matchAll(LINE)].flatMap(([, address, type, name]) => {
    if (address === PLACEHOLDER) return [];
    const bits = BigInt(`0x${address}`);
    return [{ type: type!, name: name!, address: address!.length === 16 ? addressFromBits(bits) : Number(bits) }];
  });
}

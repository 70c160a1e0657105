import type { Address } from '../../memory/address.ts';
import type { KernelExport } from '../kernel-profile.ts';
import { configIdentity, configMachine } from './config-identity.ts';
import type { KernelFacts } from './facts.ts';
import { parseSymvers } from './symvers.ts';
import { parseSystemMap } from './system-map.ts';

/** Facts without any image: release and machine as the configuration says, nothing exported yet. */
export function configFacts(release: string, config: Uint8Array): KernelFacts {
  return {
    ...configIdentity(release, config),
    ...configMachine(config),
    exports: [],
    symbols: [],
    types: undefined,
    certificates: new Uint8Array(0),
    text: () => [],
    config,
  };
}

/** Where symbols without a known address are put, apart from each other: x86-64's kernel text. */
const UNKNOWN_ADDRESS = -0x7f00_0000;
const UNKNOWN_SPACING = 16;

/** The rows of a Module.symvers replace the exports of those names and add the others. */
export function withSymvers(facts: KernelFacts, text: string): KernelFacts {
  const exports = new Map(facts.exports.map((each) => [each.name, each]));
  for (const row of parseSymvers(text)) {
    const address = exports.get(row.name)?.address ?? UNKNOWN_ADDRESS + exports.size * UNKNOWN_SPACING;
    exports.set(row.name, { ...row, address });
  }
  return { ...facts, exports: [...exports.values()] };
}

/** The symbols of a System.map replace those of kallsyms and the addresses of the exports. */
export function withSystemMap(facts: KernelFacts, text: string): KernelFacts {
  const symbols = parseSystemMap(text);
  if (symbols.length === 0) return facts;
  const addresses = new Map<string, Address>(symbols.map(({ name, address }) => [name, address]));
  const place = (each: KernelExport) => ({ ...each, address: addresses.get(each.name) ?? each.address });
  return { ...facts, symbols, exports: facts.exports.map(place) };
}

/** Another release, also at the head of vermagic. */
export function withRelease(facts: KernelFacts, release: string): KernelFacts {
  const words = facts.vermagic.slice(facts.vermagic.indexOf(' '));
  return { ...facts, release, vermagic: release + words };
}

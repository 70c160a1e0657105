import { CALL_CHAINS, type CallChain } from '../../abi/call-chains.ts';
import type { Address } from '../../memory/address.ts';
import type { CallSite, KernelProfile } from '../../profile/kernel-profile.ts';
import type { Kernel } from '../kernel.ts';

interface Table {
  readonly byKey: ReadonlyMap<string, CallSite>;
  readonly byAddress: ReadonlyMap<Address, CallSite>;
}

const TABLES = new WeakMap<KernelProfile, Table>();

function tableOf({ profile }: Kernel): Table {
  const known = TABLES.get(profile);
  if (known) return known;
  const sites = profile.callSites ?? [];
  const table = {
    byKey: new Map(sites.map((site) => [site.key, site])),
    byAddress: new Map(sites.map((site) => [site.address, site])),
  };
  TABLES.set(profile, table);
  return table;
}

/** The places of these chains that this kernel's profile knows, outermost first. */
export function callSites(kernel: Kernel, chains: readonly CallChain[]): CallSite[] {
  const { byKey } = tableOf(kernel);
  return chains.flatMap((chain) => CALL_CHAINS[chain].flatMap((key) => byKey.get(key) ?? []));
}

/** The place that an address is, if the profile knows one there. */
export function callSiteAt(kernel: Kernel, address: Address): CallSite | undefined {
  return tableOf(kernel).byAddress.get(address);
}

/** `do_one_initcall+0x59/0x220`. */
export function siteText({ name, offset, size }: Pick<CallSite, 'name' | 'offset' | 'size'>): string {
  return `${name}+0x${offset.toString(16)}/0x${size.toString(16)}`;
}

/** Where in a function a warning with a message is raised; the function's name when the profile does not know. */
export function warningPlace(kernel: Kernel, where: string): string {
  const site = tableOf(kernel).byKey.get(`${where}>__warn_printk`);
  return site ? siteText(site) : where;
}

/** The way from the system call under way to the loader, as a trace begins. */
export function systemCallChains(kernel: Kernel): CallChain[] {
  return kernel.systemCall === undefined ? [] : ['syscall', kernel.systemCall];
}

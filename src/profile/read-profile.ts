import { byteString } from '../elf/c-string.ts';
import type { Address } from '../memory/address.ts';
import { Btf } from './btf/btf.ts';
import { type NameGroup, type NameIndex, readNameIndex } from './btf/name-index.ts';
import { functionPrototype } from './btf/prototype.ts';
import { structLayout, structMembers } from './btf/struct-layout.ts';
import { AddressOrder, firstName } from './container/address-order.ts';
import type { ByteSource } from './container/byte-source.ts';
import { readCallSites } from './container/call-table.ts';
import { splitCertificates } from './container/certificate-list.ts';
import { type CommonFacts, readCommonFacts } from './container/common-facts.ts';
import { findOption } from './container/config-table.ts';
import { type Container, openContainer } from './container/container.ts';
import { exportAddresses, readExports } from './container/export-table.ts';
import { type ProfileMeta, readMeta } from './container/meta.ts';
import { findSymbol, symbolAddresses, symbolNamesAt } from './container/symbol-table.ts';
import { readText } from './container/text-table.ts';
import type {
  CallSite,
  KernelExports,
  KernelProfile,
  KernelSymbol,
  KernelText,
  StructLayout,
} from './kernel-profile.ts';

/** The profile in `source`; sections are read when first asked for. Raises ProfileError, also later. */
export function readProfile(source: ByteSource): KernelProfile {
  return new FileProfile(openContainer(source));
}

class FileProfile implements KernelProfile {
  readonly release: string;
  readonly version: string;
  readonly versionNumbers: readonly [number, number, number];
  readonly machine: string;
  readonly vermagic: string;
  readonly #container: Container;
  readonly #meta: ProfileMeta;
  #common: CommonFacts | undefined;
  #exports: KernelExports | undefined;
  #types: { readonly btf: Btf; readonly names: NameIndex } | undefined;
  /** Those that were asked for: decoding one takes as long as a hundred look-ups here. */
  readonly #layouts = new Map<string, StructLayout | undefined>();
  #certificates: readonly Uint8Array[] | undefined;
  #builtinModules: readonly string[] | undefined;
  #order: AddressOrder | undefined;
  #symbolAddresses: Float64Array | undefined;
  #callSites: readonly CallSite[] | undefined;
  #text: KernelText | undefined;

  constructor(container: Container) {
    this.#container = container;
    this.#meta = readMeta(container.section('meta'));
    this.release = this.#meta.release;
    this.version = this.#meta.version;
    this.versionNumbers = this.#meta.versionNumbers;
    this.machine = this.#meta.machine;
    this.vermagic = this.#meta.vermagic;
  }

  get btfBase() {
    const { btfTypeCount: typeCount, btfStringsSize: stringsSize } = this.#meta;
    return typeCount === 0 ? undefined : { typeCount, stringsSize };
  }

  get exports(): KernelExports {
    this.#exports ??= readExports(this.#container.section('exports'));
    return this.#exports;
  }

  get certificates(): readonly Uint8Array[] {
    this.#certificates ??= splitCertificates(this.#container.section('certs'));
    return this.#certificates;
  }

  get builtinModules(): readonly string[] {
    const names = this.#container.section('builtin');
    this.#builtinModules ??= names.length === 0 ? [] : byteString(names, 0, names.length).split('\n');
    return this.#builtinModules;
  }

  config(option: string): string | undefined {
    return findOption(this.#container.section('config'), option);
  }

  layout(structName: string) {
    if (!this.#layouts.has(structName)) {
      const common = this.#commonFacts.layout(structName);
      const found = common === undefined ? this.#lookup('struct', structName, structLayout) : (common ?? undefined);
      this.#layouts.set(structName, found);
    }
    return this.#layouts.get(structName);
  }

  *structNames() {
    const types = this.#readTypes();
    for (const id of types?.names.ids('struct') ?? []) yield types!.btf.name(id);
  }

  members(structName: string) {
    return this.#lookup('struct', structName, structMembers);
  }

  prototype(functionName: string) {
    return this.#lookup('function', functionName, functionPrototype);
  }

  get text(): KernelText | undefined {
    this.#text ??= readText(this.#container.source('text'));
    return this.#text;
  }

  symbolAddress(name: string) {
    const common = this.#commonFacts.symbol(name);
    if (common !== undefined) return common ?? undefined;
    return this.exports.find(name)?.address ?? findSymbol(this.#container.section('symbols'), name);
  }

  symbolAt(address: Address): KernelSymbol | undefined {
    const symbols = this.#container.section('symbols');
    this.#symbolAddresses ??= symbolAddresses(symbols);
    this.#order ??= new AddressOrder([exportAddresses(this.#container.section('exports')), this.#symbolAddresses]);
    const found = this.#order.find(address);
    if (!found) return undefined;
    const exported = this.exports.namesAt(found.address);
    const name = firstName([...exported, ...symbolNamesAt(symbols, this.#symbolAddresses, found.address)]);
    return name === undefined ? undefined : { name, ...found };
  }

  get callSites(): readonly CallSite[] {
    this.#callSites ??= readCallSites(this.#container.section('calls'));
    return this.#callSites;
  }

  #lookup<T>(group: NameGroup, name: string, read: (btf: Btf, id: number, pointerSize: number) => T): T | undefined {
    const types = this.#readTypes();
    const id = types?.names.find(types.btf, group, name);
    return types && id !== undefined ? read(types.btf, id, this.#meta.pointerSize) : undefined;
  }

  get #commonFacts(): CommonFacts {
    this.#common ??= readCommonFacts(this.#container.section('common'));
    return this.#common;
  }

  #readTypes() {
    const blob = this.#container.source('btf');
    if (!this.#types && blob.size > 0) {
      const names = readNameIndex(this.#container.section('btfindex'));
      this.#types = { btf: new Btf(blob, undefined, names.offsets), names };
    }
    return this.#types;
  }
}

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KernelExport, KernelProfile, StructLayout } from '../../../src/profile/kernel-profile.ts';
import { openDefaultProfile } from '../../../src/profile/open-profile.ts';

/** What the tests keep of a kernel: the facts that the loader asks for, of the symbols those that their modules use. */
interface Facts {
  readonly release: string;
  readonly version: string;
  readonly versionNumbers: readonly [number, number, number];
  readonly machine: string;
  readonly vermagic: string;
  readonly config: Readonly<Record<string, string>>;
  readonly layouts: Readonly<
    Record<string, { readonly size: number; readonly offsets: Readonly<Record<string, number>> }>
  >;
  readonly exports: readonly (readonly [
    name: string,
    address: number,
    crc: number,
    gplOnly: boolean,
    namespace: string,
  ])[];
}

/** The profile of a Debian kernel, `5.10` or `6.12`, as far as the loader needs it. */
export function factsProfile(series: string): KernelProfile {
  const facts: Facts = JSON.parse(readFileSync(join(import.meta.dirname, `${series}.json`), 'utf8'));
  const { config, layouts, exports: rows, ...identity } = facts;
  const exports = rows.map(([name, address, crc, gplOnly, namespace]): KernelExport => {
    return { name, address, crc, gplOnly, namespace };
  });
  return {
    ...identity,
    exports: {
      count: exports.length,
      find: (name) => exports.find((each) => each.name === name),
      namesAt: (address) => exports.filter((each) => each.address === address).map(({ name }) => name),
      all: () => exports,
    },
    config: (option) => config[option],
    layout: (name) => layouts[name] && layoutOf(layouts[name]),
    structNames: () => Object.keys(layouts),
    members: () => undefined,
    prototype: () => undefined,
    btfBase: undefined,
    text: undefined,
    certificates: openDefaultProfile().certificates,
    symbolAddress: () => undefined,
    builtinModules: ['printk', 'kernel', 'module'],
  };
}

function layoutOf({ size, offsets }: Facts['layouts'][string]): StructLayout {
  return { size, offsetOf: (field) => offsets[field] };
}

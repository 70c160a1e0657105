import { describe, expect, it } from 'vitest';
import { createKernel } from '../../../src/kernel/create-kernel.ts';
import { skippingRunner } from '../../../src/kernel/skipping-runner.ts';
import { ElfEdit } from '../../support/elf-edit.ts';
import { rebuildModule } from '../../support/rebuild-module.ts';
import { scenarioFileBytes } from '../../support/scenario-files.ts';
import { load } from '../load-support.ts';
import { factsProfile } from './facts-profile.ts';

const V6_12 = factsProfile('6.12');
const V6_14 = { ...V6_12, versionNumbers: [6, 14, 0] } as const;
const ALLOC = 2;

/** hello with extended versions in place of `__versions`: by default those of its symbols. */
function extended(change: (entries: { name: string; crc: bigint }[]) => void = () => undefined): ElfEdit {
  const elf = new ElfEdit(rebuildModule(scenarioFileBytes('hello'), V6_12));
  const entries = elf.versions;
  change(entries);
  const crcs = Buffer.alloc(4 * entries.length);
  for (const [i, { crc }] of entries.entries()) crcs.writeUInt32LE(Number(crc), 4 * i);
  elf.rename('__versions', '__versionx');
  elf.addSection('__version_ext_crcs', { type: 1, flags: ALLOC }, crcs);
  const names = entries.map(({ name }) => `${name}\0`).join('');
  elf.addSection('__version_ext_names', { type: 1, flags: ALLOC }, Buffer.from(names));
  return elf;
}

function warm(profile: typeof V6_12) {
  const kernel = createKernel(profile, skippingRunner, () => 0);
  kernel.taint = 0x3000;
  kernel.saidOnce.add('module verification failed');
  return kernel;
}

const outcome = (elf: ElfEdit, profile = V6_14 as typeof V6_12) => load(warm(profile), new Uint8Array(elf.bytes));

describe('extended versions, from 6.14 on', () => {
  it('stand for the versions', () => {
    expect(outcome(extended())).toEqual({ errno: 0, log: [] });
  });

  it('are no versions to 6.12', () => {
    const { errno, log } = outcome(extended(), V6_12);
    expect([errno, log[0]]).toEqual([0, '<4>hello: module_layout: kernel tainted.']);
  });

  it('refuse a symbol of another version', () => {
    const elf = extended((entries) => {
      for (const entry of entries) if (entry.name === '_printk') entry.crc ^= 1n;
    });
    expect(outcome(elf)).toEqual({
      errno: 22,
      log: ['<4>hello: disagrees about version of symbol _printk', '<4>hello: Unknown symbol _printk (err -22)'],
    });
  });

  it('let a symbol without one through, which is said once', () => {
    const elf = extended((entries) => entries.splice(0, entries.length - 1));
    const { errno, log } = outcome(elf);
    expect([errno, log.length]).toEqual([0, 1]);
    expect(log[0]).toMatch(/^<4>hello: no extended symbol version for \w+$/);
  });

  it('must have as many names as CRCs', () => {
    const elf = extended();
    elf.section('__version_ext_names', 'size', 3);
    expect(outcome(elf)).toEqual({ errno: 8, log: ['<3>more extended version crcs than names'] });
  });

  it('must be both there', () => {
    const elf = extended();
    elf.rename('__version_ext_names', '__version_ext_namex');
    expect(outcome(elf)).toEqual({ errno: 8, log: ['<3>extended version crc+name presence does not match'] });
  });
});

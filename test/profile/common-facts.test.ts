import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { memorySource } from '../../src/profile/container/byte-source.ts';
import { COMMON_STRUCTS, COMMON_SYMBOLS, readCommonFacts } from '../../src/profile/container/common-facts.ts';
import { encodeContainer, openContainer, type SectionName } from '../../src/profile/container/container.ts';
import { defaultProfilePath } from '../../src/profile/open-profile.ts';
import { ProfileError } from '../../src/profile/profile-error.ts';
import { readProfile } from '../../src/profile/read-profile.ts';

const file = readFileSync(defaultProfilePath());
const SECTIONS: readonly SectionName[] = ['meta', 'config', 'exports', 'symbols', 'btf', 'btfindex'];

/** The default profile with another section `common`; without one when that is empty. */
function withCommon(text: string) {
  const container = openContainer(memorySource(file));
  const sections = SECTIONS.map((name) => [name, container.section(name)] as const);
  return readProfile(memorySource(encodeContainer([...sections, ['common', Buffer.from(text)]])));
}

test('the common facts of the default profile are those of its types and symbols', () => {
  const [whole, without] = [readProfile(memorySource(file)), withCommon('')];
  const layoutIn = (profile: typeof whole, name: string) => {
    const fields = [...(without.members(name) ?? []).map((member) => member.name), 'none'];
    const layout = profile.layout(name);
    return [name, layout?.size, fields.map((field) => [field, layout?.offsetOf(field)])];
  };
  for (const name of COMMON_STRUCTS) expect(layoutIn(whole, name)).toEqual(layoutIn(without, name));
  for (const name of COMMON_SYMBOLS) expect(whole.symbolAddress(name)).toBe(without.symbolAddress(name));
});

test('what the section says is absent is not looked for', () => {
  const profile = withCommon('\nstruct module\nsymbol _etext\n');
  expect([profile.layout('module'), profile.symbolAddress('_etext')]).toEqual([undefined, undefined]);
});

test.each(['\nstruct a b\n', '\nstruct a \n', '\nstruct a ,b:1,\n'])('a size in %j is an error', (text) => {
  const facts = readCommonFacts(Buffer.from(text));
  expect(() => facts.layout('a')).toThrow(new ProfileError('kernel profile: damaged table of common facts'));
});

test('a name is found whole or not at all', () => {
  const facts = readCommonFacts(Buffer.from('\nstruct ab 8 ,cd:4,\nsymbol ef -2\n'));
  const layout = facts.layout('ab');
  expect([facts.layout('a'), facts.layout('b'), facts.symbol('e'), facts.symbol('ef')]).toEqual([
    undefined,
    undefined,
    undefined,
    -2,
  ]);
  expect([layout?.size, layout?.offsetOf('cd'), layout?.offsetOf('c'), layout?.offsetOf('d')]).toEqual([
    8,
    4,
    undefined,
    undefined,
  ]);
});

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { memorySource } from '../../src/profile/container/byte-source.ts';
import { COMMON_STRUCTS, COMMON_SYMBOLS, readCommonFacts } from '../../src/profile/container/common-facts.ts';
import { encodeContainer, openContainer, type SectionName } from '../../src/profile/container/container.ts';
import { defaultProfilePath } from '../../src/profile/open-profile.ts';
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
  for (const name of COMMON_STRUCTS) {
    const [layout, wanted] = [whole.layout(name), without.layout(name)];
    expect([name, layout?.size, { ...layout?.offsets }]).toEqual([name, wanted?.size, { ...wanted?.offsets }]);
  }
  for (const name of COMMON_SYMBOLS) expect(whole.symbolAddress(name)).toBe(without.symbolAddress(name));
});

test('a structure that the section says is absent is not looked for', () => {
  const profile = withCommon('{"layouts":{"module":null},"symbols":{"_etext":null}}');
  expect([profile.layout('module'), profile.symbolAddress('_etext')]).toEqual([undefined, undefined]);
});

test.each([
  'x',
  'null',
  '[]',
  '{}',
  '{"layouts":{},"symbols":{"a":"b"}}',
  '{"layouts":{"a":[]},"symbols":{}}',
  '{"layouts":{"a":[1,{"b":{}}]},"symbols":{}}',
])('a damaged section %j is one error', (text) => {
  expect(() => readCommonFacts(Buffer.from(text))).toThrow('kernel profile: damaged table of common facts');
});

test('names of the host language mean nothing', () => {
  const facts = readCommonFacts(Buffer.from('{"layouts":{"a":[8,{"b":0}]},"symbols":{}}'));
  expect([facts.layout('toString'), facts.symbol('constructor'), facts.layout('a')?.offsets['toString']]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});

import { afterAll, describe, expect, test } from 'vitest';
import { openDefaultProfile } from '../../src/profile/open-profile.ts';
import { attack } from './fuzz/attack.ts';
import { readCorpus, replayCorpus } from './fuzz/replay.ts';
import { fuzzTargets, scratchDirectory } from './fuzz/targets.ts';

const profile = openDefaultProfile();
const scratch = scratchDirectory();
afterAll(scratch.remove);

describe('Damaged files of any kind are read or refused by one error', async () => {
  test.each(await fuzzTargets(profile, scratch.path))('$name', async (target) => {
    expect((await attack(target, 150, 7)).defects).toEqual([]);
  });
});

test('Mutants of modules get the errno and the log lines that the real kernel gave, but for those of the list', () => {
  const recipes = readCorpus('test/hardening/recorded/mutants.jsonl.gz').filter((_recipe, index) => index % 16 === 3);
  const { fatal, defects, unexpected } = replayCorpus(
    recipes,
    profile,
    'test/scenarios/modules',
    true,
    () => undefined,
  );
  expect(defects).toBe(0);
  expect(fatal.cameBack).toBe(fatal.recipes);
  expect(unexpected).toEqual([]);
});

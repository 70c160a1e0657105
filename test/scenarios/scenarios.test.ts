import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { comparable, playScenario } from '../support/play-scenario.ts';
import type { Scenario } from '../support/scenario.ts';

/** Whether modules' own code is run; without, the lines that it would say are left out of the comparison. */
const INIT = 'skip';

/** Cases where the module's own code decides. */
const NEEDS_RUN = /^(?:init-|param-cb)/;

const scenarios = readdirSync(import.meta.dirname)
  .filter((name) => name.endsWith('.json'))
  .map((name) => JSON.parse(readFileSync(join(import.meta.dirname, name), 'utf8')) as Scenario)
  .filter(({ id }) => INIT !== 'skip' || !NEEDS_RUN.test(id));

describe('What the real kernel and the real tools said, kobox says', () => {
  test.each(scenarios)('$id: $shows', async (scenario) => {
    const played = await playScenario(scenario, INIT);
    expect(played).toEqual(comparable(scenario, INIT));
  });
});

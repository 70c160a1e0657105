import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { comparable, playScenario } from '../support/play-scenario.ts';
import type { Scenario } from '../support/scenario.ts';

const scenarios = readdirSync(import.meta.dirname)
  .filter((name) => name.endsWith('.json'))
  .map((name) => JSON.parse(readFileSync(join(import.meta.dirname, name), 'utf8')) as Scenario);

describe('What the real kernel and the real tools said, kobox says', () => {
  test.each(scenarios)('$id: $shows', async (scenario) => {
    const played = await playScenario(scenario);
    expect(played).toEqual(comparable(scenario));
  });
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { applyRecipe } from './recipe.ts';
import type { ScenarioFile } from './scenario.ts';

const MODULES = join('test', 'scenarios', 'modules');

/** The content of a scenario's file. */
export function scenarioFileBytes(file: ScenarioFile): Buffer {
  const base = typeof file === 'string' ? file : file.base;
  const bytes = readFileSync(join(MODULES, base.includes('.ko.') ? base : `${base}.ko`));
  return typeof file === 'string' ? bytes : applyRecipe(bytes, file.steps);
}

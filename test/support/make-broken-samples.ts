/** Makes samples/broken/*.ko from the good samples: npm run samples. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { applyRecipe, type RecipeStep } from './recipe.ts';

const SAMPLES = 'samples';
const BROKEN = join(SAMPLES, 'broken');

type Recipes = Readonly<Record<string, { readonly base: string; readonly steps: readonly RecipeStep[] }>>;

const recipes = JSON.parse(readFileSync(join(BROKEN, 'recipes.json'), 'utf8')) as Recipes;
for (const [name, { base, steps }] of Object.entries(recipes)) {
  writeFileSync(join(BROKEN, `${name}.ko`), applyRecipe(readFileSync(sampleNamed(base)), steps));
}

function sampleNamed(name: string): string {
  const found = readdirSync(SAMPLES, { recursive: true, encoding: 'utf8' }).find((path) =>
    path.endsWith(`/${name}.ko`),
  );
  if (found === undefined) throw new Error(`no sample ${name}`);
  return join(SAMPLES, found);
}

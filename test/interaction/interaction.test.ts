import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { readMachine } from '../../src/state/machine.ts';
import { runKobox } from '../support/run-kobox.ts';
import type { Interaction } from './interaction.ts';

const MODULES = fileURLToPath(new URL('modules', import.meta.url));
const FOLDER = new URL('records/', import.meta.url);
const records = readdirSync(FOLDER).map((file) => ({
  name: file.replace('.json', ''),
  recorded: JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8')) as Interaction,
}));

/** A recording's commands on a fresh machine: what kobox gives, in the recording's form. */
async function play({ steps, ...rest }: Interaction): Promise<Interaction> {
  const root = mkdtempSync(join(tmpdir(), 'kobox-interaction-'));
  try {
    const played = [];
    for (const step of steps) played.push(await playStep(step, root));
    return { ...rest, steps: played };
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

async function playStep(step: Interaction['steps'][number], root: string): Promise<Interaction['steps'][number]> {
  const { run, kobox } = step;
  if (!kobox) return step;
  const before = readMachine({ root }).log.length;
  let stdout = '';
  let exit = 0;
  for (const words of kobox) {
    const result = await runKobox(words, { root, cwd: MODULES, init: 'run' });
    stdout += result.stdout;
    exit = result.exit;
  }
  const log = readMachine({ root })
    .log.slice(before)
    .map(({ level, text }) => `<${level}>${text}`);
  return { run, kobox, ...(stdout !== '' && { stdout }), ...(exit !== 0 && { exit }), log };
}

describe('what is done to modules has the outcome that it has on the recorded machine', () => {
  test.each(records)('$name', async ({ recorded }) => {
    expect(await play(recorded)).toEqual(recorded);
  });
});

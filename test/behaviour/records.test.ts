import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { play } from './play.ts';
import type { Recording } from './record.ts';

const MODULES = fileURLToPath(new URL('modules', import.meta.url));
const FOLDER = new URL('records/', import.meta.url);
const recordings = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.json'))
  .map((file): Recording => JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8')));

describe('modules that run leave the log, the files and the answers that they left on the recorded machine', () => {
  test.each(recordings)('$name', async (recording) => {
    expect(await play(recording, MODULES)).toEqual(recording);
  });
});

import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { bootMachine } from './guest-machine.ts';
import { playStep, type RecordedSession } from './recorded-session.ts';

const FOLDER = new URL('recorded/', import.meta.url);
const sessions = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.json'))
  .map((file): RecordedSession => JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8')));

describe('a module and the files that it makes behave as they did on the recorded machine', () => {
  test.each(sessions)('$module', ({ steps }) => {
    const machine = bootMachine();
    expect(steps.map((step) => playStep(machine, step))).toEqual(steps);
  });
});

import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { answersOf, RECORDED_CALLS } from './answers/answers.ts';
import { FunctionMachine } from './answers/function-machine.ts';
import { profile } from './guest-machine.ts';

const recorded: Readonly<Record<string, readonly string[]>> = JSON.parse(
  gunzipSync(readFileSync(new URL('recorded/kernel-answers.json.gz', import.meta.url))).toString('latin1'),
);
const machine = new FunctionMachine(profile, false);

test.each(Object.entries(recorded))('the model of %s answers as the kernel itself', (name, answers) => {
  expect(answersOf(machine, name, RECORDED_CALLS)).toEqual(answers);
});

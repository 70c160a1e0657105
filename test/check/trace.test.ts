import fc from 'fast-check';
import { expect, it } from 'vitest';
import { PLAIN } from '../../src/check/report/text.ts';
import { LoadRecorder, type TracedLoad } from '../../src/check/trace/load-steps.ts';
import { tracesText } from '../../src/check/trace/text.ts';
import type { Kernel } from '../../src/kernel/kernel.ts';
import { initModule } from '../../src/kernel/syscalls.ts';
import { TaskKilled } from '../../src/kernel/task-killed.ts';
import { machine, sample } from './machine.ts';

function traced(kernel: Kernel, image: Uint8Array, args = ''): TracedLoad {
  const recorder = new LoadRecorder(kernel, true);
  try {
    recorder.finish(initModule(kernel, image, args, { uid: 0 }, recorder));
  } catch (error) {
    if (!(error instanceof TaskKilled)) throw error;
  }
  return recorder.load;
}

it('shows what each stage of a load read, checked and set, with every relocation', () => {
  const kernel = machine();
  const loads = [traced(kernel, sample('math/math.ko')), traced(kernel, sample('math/calc.ko'), 'a=3')];
  expect(tracesText(loads, PLAIN, true)).toMatchSnapshot();
});

it('shows no more than twelve facts of a stage and no single relocation unless all are asked for', () => {
  const kernel = machine();
  const recorder = new LoadRecorder(kernel, false);
  recorder.finish(initModule(kernel, sample('hello/hello.ko'), '', { uid: 0 }, recorder));
  expect(tracesText([recorder.load], PLAIN, false)).toMatchSnapshot();
});

it.each(['wrong-crc.ko', 'wrong-vermagic.ko', 'other-machine.ko', 'text.ko'])(
  'ends at the stage that refuses %s, and shows what that stage saw',
  (name) => {
    const load = traced(machine(), sample(`broken/${name}`));
    const last = load.steps.at(-1)!;
    expect(tracesText([{ ...load, steps: [last] }], PLAIN, true)).toMatchSnapshot();
  },
);

it('counts as many relocations of each type as it lists', () => {
  const { steps } = traced(machine(), sample('parameters/parameters.ko'));
  const { facts, relocations } = steps.find(({ stage }) => stage === 'apply_relocations')!;
  const listed = (label: string) => relocations!.filter(({ type }) => type === label).length;
  expect(facts.map(({ label, value }) => [label, Number(value) - listed(label)])).toEqual(
    facts.map(({ label }) => [label, 0]),
  );
});

it('shows any damaged module without an exception', () => {
  const image = sample('math/calc.ko');
  const change = fc.tuple(fc.nat(image.length - 1), fc.nat(255));
  fc.assert(
    fc.property(fc.array(change, { maxLength: 8 }), fc.nat(image.length), (changes, length) => {
      const altered = image.slice(0, length);
      for (const [at, value] of changes) if (at < length) altered[at] = value;
      const load = traced(machine(), altered);
      expect(tracesText([load], PLAIN, true)).not.toBe('');
    }),
    { numRuns: 300 },
  );
});

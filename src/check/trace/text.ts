import type { Paint } from '../report/text.ts';
import type { LoadStep } from './load-steps.ts';

/** Facts of one stage that are shown unless all are asked for. */
const SHOWN = 12;

/** A load for a person: a block a stage. `all`: every fact, however many. */
export function stepsText(steps: readonly LoadStep[], paint: Paint, all: boolean): string {
  return steps.map((step) => stepText(step, paint, all)).join('');
}

function stepText({ stage, passed, facts, log }: LoadStep, paint: Paint, all: boolean): string {
  const mark = passed ? paint.good('ok') : paint.bad('refused');
  const shown = all ? facts : facts.slice(0, SHOWN);
  const width = Math.max(0, ...shown.map(({ label }) => label.length));
  const lines = shown.map(({ label, value }) => `    ${label.padEnd(width)}  ${value}\n`);
  const more =
    facts.length > shown.length ? paint.faint(`    and ${facts.length - shown.length} more (-v shows all)`) : '';
  const kernel = log.map((line) => `    ${paint.faint(`kernel: ${line.replaceAll('\n', '\n            ')}`)}\n`);
  return `${stage}: ${mark}\n${lines.join('')}${more && `${more}\n`}${kernel.join('')}`;
}

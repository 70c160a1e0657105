import { errnoName } from '../../abi/errno.ts';
import type { Paint } from '../report/text.ts';
import type { LoadStep, TracedLoad } from './load-steps.ts';
import type { AppliedRelocation } from './relocations.ts';

/** Facts of one stage that are shown unless all are asked for. */
const SHOWN = 12;

/** Loads for a person: a block a stage; a heading a module where there are several. `all`: every fact, however many. */
export function tracesText(loads: readonly TracedLoad[], paint: Paint, all: boolean): string {
  return loads.map((load) => `${loads.length > 1 ? heading(load) : ''}${loadText(load, paint, all)}`).join('\n');
}

function heading({ module, errno }: TracedLoad): string {
  const outcome = errno === 0 ? '' : `: ${errno === undefined ? 'never came back' : (errnoName(errno) ?? errno)}`;
  return `== ${module || 'a module without a name'}${outcome}\n`;
}

function loadText({ steps }: TracedLoad, paint: Paint, all: boolean): string {
  return steps.map((step) => stepText(step, paint, all)).join('');
}

function stepText({ stage, passed, facts, relocations = [], log }: LoadStep, paint: Paint, all: boolean): string {
  const mark = passed ? paint.good('ok') : paint.bad('refused');
  const shown = all ? facts : facts.slice(0, SHOWN);
  const width = Math.max(0, ...shown.map(({ label }) => label.length));
  const lines = shown.map(({ label, value }) => `    ${label.padEnd(width)}  ${value}\n`);
  const more =
    facts.length > shown.length ? paint.faint(`    and ${facts.length - shown.length} more (-v shows all)`) : '';
  const kernel = log.map((line) => `    ${paint.faint(`kernel: ${line.replaceAll('\n', '\n            ')}`)}\n`);
  const listed = relocations.map(relocationLine).join('');
  return `${stage}: ${mark}\n${lines.join('')}${more && `${more}\n`}${listed}${kernel.join('')}`;
}

/** `.text+0x1b  R_X86_64_PLT32  _printk-0x4  = 0xc1a0f00d`. */
function relocationLine({ section, offset, type, symbol, addend, value }: AppliedRelocation): string {
  const sum = addend === 0 ? symbol : `${symbol}${addend < 0 ? '-' : '+'}0x${Math.abs(addend).toString(16)}`;
  const written = value === '' ? '' : ` = 0x${value}`;
  return `    ${section}+0x${offset.toString(16)}  ${type}  ${sum}${written}\n`;
}

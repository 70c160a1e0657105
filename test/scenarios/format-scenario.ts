import type { Scenario } from '../support/scenario.ts';

const WIDTH = 118;

/** A scenario as its file holds it: what is short on one line. */
export function formatScenario(scenario: Scenario): string {
  return `${format(scenario, '')}\n`;
}

function format(value: unknown, indent: string): string {
  const flat = flatten(value);
  const isShort = flat.length + indent.length <= WIDTH && indent !== '';
  if (value === null || typeof value !== 'object' || isShort) return flat;
  const inner = `${indent}  `;
  const rows = Array.isArray(value)
    ? value.map((each) => inner + format(each, inner))
    : Object.entries(value).map(([key, each]) => `${inner}${quote(key)}: ${format(each, inner)}`);
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  return `${open}\n${rows.join(',\n')}\n${indent}${close}`;
}

function flatten(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flatten).join(', ')}]`;
  if (value === null || typeof value !== 'object') return quote(value);
  const rows = Object.entries(value).map(([key, each]) => `${quote(key)}: ${flatten(each)}`);
  return rows.length === 0 ? '{}' : `{ ${rows.join(', ')} }`;
}

/** JSON, with the control characters that JSON leaves as they are made visible. */
function quote(value: unknown): string {
  const codeOf = (char: string) => char.charCodeAt(0).toString(16).padStart(4, '0');
  return JSON.stringify(value).replace(/[\u007f-\u009f]/g, (char) => `\\u${codeOf(char)}`);
}

import type { Verdict } from '../verdict.ts';
import { summarize } from './summary.ts';

/** JUnit XML: a test case a module. */
export function junitReport(kernel: string, verdicts: readonly Verdict[]): string {
  const { doNot, unknown } = summarize(verdicts);
  const head = `<testsuite name="kobox check ${xmlText(kernel)}" tests="${verdicts.length}" failures="${doNot}" errors="${unknown}" skipped="0" time="0">`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n${head}\n${verdicts.map(testCase).join('')}</testsuite>\n`;
}

function testCase({ file, name, loads, log, causes }: Verdict): string {
  const open = `  <testcase classname="${xmlText(name)}" name="${xmlText(file)}" time="0"`;
  if (loads) return `${open}/>\n`;
  const element = loads === false ? 'failure' : 'error';
  const text = [...log, ...causes.map(({ reason, next }) => `${reason} ${next}`)].join('\n');
  const message = causes[0]?.reason ?? '';
  return `${open}>\n    <${element} type="${xmlText(causes[0]?.id ?? 'refused')}" message="${xmlText(message)}">${xmlText(text)}</${element}>\n  </testcase>\n`;
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Text for XML; characters that XML 1.0 cannot hold become U+FFFD. */
function xmlText(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: exactly these are forbidden by XML 1.0 section 2.2
  const legal = text.replace(/[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|\p{Surrogate}/gu, '\ufffd');
  return legal.replace(/[&<>"]/g, (character) => ENTITIES[character]!);
}

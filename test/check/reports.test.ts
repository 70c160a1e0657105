import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonReport, parseJsonReport } from '../../src/check/report/json.ts';
import { junitReport } from '../../src/check/report/junit.ts';
import { sarifReport } from '../../src/check/report/sarif.ts';
import { exitStatus, summarize } from '../../src/check/report/summary.ts';
import { summaryText } from '../../src/check/report/text.ts';
import type { Verdict } from '../../src/check/verdict.ts';

const cause = { id: 'vermagic', reason: 'Built for <another> kernel.', next: 'Rebuild it.' };
const good: Verdict = { file: 'good.ko', name: 'good', loads: true, errno: 0, log: [], causes: [] };
const bad: Verdict = {
  file: 'bad.ko',
  name: 'bad',
  loads: false,
  errno: 8,
  log: ["bad: version magic 'a'"],
  causes: [cause],
};
const lost: Verdict = {
  file: 'lost.ko',
  name: 'lost',
  loads: undefined,
  errno: 0,
  log: [],
  causes: [{ ...cause, id: 'unreadable' }],
};

describe('the reports of check', () => {
  it.each([
    [[good], 0, '1 module on 6.1: 1 load, 0 do not\n'],
    [[good, bad], 1, '2 modules on 6.1: 1 load, 1 do not\n'],
    [[good, lost], 2, '2 modules on 6.1: 1 load, 0 do not, 1 could not be told\n'],
    [[bad, bad, lost], 1, '3 modules on 6.1: 0 load, 2 do not, 1 could not be told\n       2  vermagic\n'],
  ] as const)('end in a status and a line that counts', (verdicts, status, text) => {
    expect([exitStatus(summarize(verdicts)), summaryText('6.1', verdicts)]).toEqual([status, text]);
  });

  it('come back from JSON as they were', () => {
    const verdicts = fc.array(fc.constantFrom(good, bad, lost));
    fc.assert(
      fc.property(fc.string(), verdicts, (kernel, list) => {
        expect(parseJsonReport(jsonReport(kernel, list))).toEqual({ kernel, verdicts: list });
      }),
    );
  });

  it('are refused with an error when they are no report', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        fc.pre(!(typeof value === 'object' && value !== null && 'modules' in value));
        expect(() => parseJsonReport(JSON.stringify(value))).toThrow('not a report of kobox check --json');
      }),
    );
  });

  it('name rule, level and file in SARIF', () => {
    const { runs } = JSON.parse(sarifReport('6.1', [good, bad]));
    expect(runs[0].results).toEqual([
      {
        ruleId: 'vermagic',
        level: 'error',
        message: { text: 'Built for <another> kernel. Rebuild it.' },
        locations: [{ physicalLocation: { artifactLocation: { uri: 'bad.ko' } } }],
      },
    ]);
  });

  it('name any file by a relative reference in SARIF', () => {
    const uri = (file: string) =>
      JSON.parse(sarifReport('6.1', [{ ...bad, file }])).runs[0].results[0].locations[0].physicalLocation
        .artifactLocation.uri;
    expect(['a b/#1?.ko', 'c:d/\u00e9%.ko', '/x/\ud800.ko'].map(uri)).toEqual([
      'a%20b/%231%3F.ko',
      'c%3Ad/%C3%A9%25.ko',
      '/x/%EF%BF%BD.ko',
    ]);
  });

  it('are a test case a module in JUnit', () => {
    expect(junitReport('6.1', [good, bad])).toBe(
      '<?xml version="1.0" encoding="UTF-8"?>\n' +
        '<testsuite name="kobox check 6.1" tests="2" failures="1" errors="0" skipped="0" time="0">\n' +
        '  <testcase classname="good" name="good.ko" time="0"/>\n' +
        '  <testcase classname="bad" name="bad.ko" time="0">\n' +
        '    <failure type="vermagic" message="Built for &lt;another&gt; kernel.">bad: version magic \'a\'\nBuilt for &lt;another&gt; kernel. Rebuild it.</failure>\n' +
        '  </testcase>\n</testsuite>\n',
    );
  });
});

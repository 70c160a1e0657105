import type { Verdict } from '../verdict.ts';

/** SARIF 2.1.0: one result a cause. https://docs.oasis-open.org/sarif/sarif/v2.1.0/ */
export function sarifReport(kernel: string, verdicts: readonly Verdict[]): string {
  const ids = [...new Set(verdicts.flatMap(({ causes }) => causes.map(({ id }) => id)))].sort();
  const report = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'kobox check',
            rules: ids.map((id) => ({ id })),
          },
        },
        properties: { kernel },
        results: verdicts.flatMap(resultsOf),
      },
    ],
  };
  return `${JSON.stringify(report, null, 2)}\n`;
}

function resultsOf({ file, loads, causes }: Verdict) {
  return causes.map(({ id, reason, next }) => ({
    ruleId: id,
    level: loads ? 'warning' : 'error',
    message: { text: `${reason} ${next}` },
    locations: [{ physicalLocation: { artifactLocation: { uri: uriOf(file) } } }],
  }));
}

/** A path as a relative reference of RFC 3986, whatever is in its names. */
function uriOf(file: string): string {
  const wellFormed = file.replace(/\p{Surrogate}/gu, '\ufffd');
  return wellFormed.split('/').map(encodeURIComponent).join('/');
}

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { createEmulation } from './hardware/emulate.ts';
import { caseOfRow, changes, expectedChanges } from './hardware/row.ts';

const FILE = fileURLToPath(new URL('./hardware/rows.txt.gz', import.meta.url));
const rows = gunzipSync(readFileSync(FILE)).toString('latin1').trimEnd().split('\n');

describe('executed instructions', () => {
  it('leave registers, flags and memory as a real processor was recorded to leave them', () => {
    const emulate = createEmulation();
    const wrong = rows.filter((row) => {
      const start = caseOfRow(row);
      return changes(start, emulate(start)).join(' ') !== expectedChanges(row);
    });
    expect([rows.length, wrong]).toEqual([3000, []]);
  });
});

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { finishOutputs, markerPath, removeLeftovers } from '../../src/kmod/output-commit.ts';

describe('What a killed depmod left', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'kobox-commit-'));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  const put = (files: Readonly<Record<string, string>>) => {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
  };
  const found = () =>
    Object.fromEntries(readdirSync(directory).map((name) => [name, readFileSync(join(directory, name), 'latin1')]));

  test('is finished when the marker had its name: renamed files stay, the others follow', () => {
    put({ 'modules.dep': 'new', 'modules.alias': 'old', 'tmpfile7-1': 'new' });
    writeFileSync(markerPath(directory), 'tmpfile7-0 modules.dep\ntmpfile7-1 modules.alias\n');
    finishOutputs(directory);
    expect(found()).toEqual({ 'modules.dep': 'new', 'modules.alias': 'new' });
  });

  test('stays without a marker', () => {
    put({ 'modules.dep': 'old', 'tmpfile7-0': 'new' });
    finishOutputs(directory);
    expect(found()).toEqual({ 'modules.dep': 'old', 'tmpfile7-0': 'new' });
  });

  test('leads out of the directory in no way', () => {
    put({ a: 'a' });
    writeFileSync(markerPath(directory), '../a modules.dep\na modules.dep\ntmpfile7-0 ../modules.dep\n');
    finishOutputs(directory);
    expect(found()).toEqual({ a: 'a' });
  });

  test('is removed by the next one, and what a living process writes stays', () => {
    put({ 'tmpfile999999999-0': '', [`tmpfile${process.pid}-0`]: '', tmpfileother: '' });
    removeLeftovers(directory);
    expect(Object.keys(found()).sort()).toEqual([`tmpfile${process.pid}-0`, 'tmpfileother']);
  });
});

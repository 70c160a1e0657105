import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, expect, test } from 'vitest';

const root = mkdtempSync(join(tmpdir(), 'kobox-launcher-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

test('what modprobe runs on the host has the NODE_EXTRA_CA_CERTS that the launcher kept from Node', () => {
  mkdirSync(join(root, 'etc/modprobe.d'), { recursive: true });
  mkdirSync(join(root, 'lib/modules/6.1.0-56-amd64'), { recursive: true });
  writeFileSync(join(root, 'etc/modprobe.d/kept.conf'), 'install kept echo "$NODE_EXTRA_CA_CERTS"\n');
  const env = {
    PATH: process.env['PATH'],
    KOBOX_ROOT: root,
    KOBOX_ALLOW_COMMANDS: '1',
    NODE_EXTRA_CA_CERTS: '/nowhere/kept.crt',
  };
  const { status, stdout, stderr } = spawnSync(resolve('bin/modprobe'), ['kept'], { encoding: 'utf8', env });
  expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '/nowhere/kept.crt\n', stderr: '' });
});

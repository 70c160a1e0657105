import { expect, test } from 'vitest';
import { bootKernel } from '../../src/kernel/boot.ts';
import { skippingRunner } from '../../src/kernel/skipping-runner.ts';
import { freshKernel } from './load-support.ts';

const { profile } = freshKernel();
const boot = (commandLine: string) => bootKernel(profile, commandLine, skippingRunner, () => 0);

test.each([
  ['module.sig_enforce=1', { signatureEnforced: true }],
  ['module.sig_enforce', { signatureEnforced: true }],
  ['module.sig-enforce=1', { signatureEnforced: true }],
  ['module.sig_enforce=0', { signatureEnforced: false }],
  ['module_blacklist=a,b', { moduleBlacklist: 'a,b' }],
  ['lockdown=integrity', { lockdown: 'integrity' }],
  ['lockdown=junk', { lockdown: 'none' }],
  ['initcall_debug', { initcallDebug: true }],
  ['initcall_blacklist=f,g', { initcallBlacklist: ['f', 'g'] }],
  ['spectre_v2=off', { spectreV2Off: true }],
  ['mitigations=off', { spectreV2Off: true }],
  ['nospectre_v2 spectre_v2=retpoline', { spectreV2Off: true }],
  ['quiet -- module.sig_enforce=1', { signatureEnforced: false }],
  ['"module_blacklist=x y"', { moduleBlacklist: 'x y' }],
])('a kernel takes %s from its command line', (commandLine, options) => {
  expect(boot(commandLine).options).toMatchObject(options);
});

test.each([
  ['', 131072],
  ['log_buf_len=1M', 1048576],
  ['log_buf_len=300000', 524288],
  ['log_buf_len=64k', 131072],
  ['log_buf_len=0x40000', 262144],
])('with %j the log holds %i bytes', (commandLine, bytes) => {
  expect(boot(commandLine).logBufferLength).toBe(bytes);
});

test.each([
  ['nomodule', true],
  ['nomodule=1', true],
  ['nomodule nomodule=0', false],
  ['nomodules', false],
  ['mitigations=off mitigations=auto', false],
])('with %j modules are disabled: %s', (commandLine, modulesDisabled) => {
  expect(boot(commandLine)).toMatchObject({
    modulesDisabled,
    options: expect.not.objectContaining({ spectreV2Off: true }),
  });
});

test('a kernel that has just booted knows nothing else', () => {
  const kernel = boot('hello.name=x');
  expect(kernel).toMatchObject({ commandLine: 'hello.name=x', modules: [], taint: 0, log: [], modulesDisabled: false });
});

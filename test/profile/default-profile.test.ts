import { describe, expect, it } from 'vitest';
import { openDefaultProfile } from '../../src/profile/open-profile.ts';

describe('the profile that comes with the package', () => {
  const profile = openDefaultProfile();

  it('is of Debian 6.1.0-56-amd64', () => {
    expect([profile.release, profile.version, profile.versionNumbers, profile.machine, profile.vermagic]).toEqual([
      '6.1.0-56-amd64',
      '#1 SMP PREEMPT_DYNAMIC Debian 6.1.192-2 (2026-11-16)',
      [6, 1, 192],
      'x86_64',
      '6.1.0-56-amd64 SMP preempt mod_unload modversions ',
    ]);
  });

  it('has 10503 exports', () => {
    expect(profile.exports.count).toBe(10503);
    expect(profile.exports.find('_printk')).toEqual({
      name: '_printk',
      address: -0x7e5f81c3,
      crc: 0x92997ed8,
      gplOnly: false,
      namespace: '',
    });
  });

  it('knows struct module and the prototypes of exported functions', () => {
    expect(profile.layout('module')?.size).toBe(896);
    expect(profile.layout('spinlock_t')?.size).toBe(4);
    expect(profile.prototype('_printk')).toMatchObject({ returns: { text: 'int' }, variadic: true });
  });

  it('knows the configuration, one certificate and symbols that are not exported', () => {
    expect([profile.config('MODVERSIONS'), profile.config('HZ'), profile.config('MODULE_SIG_FORCE')]).toEqual([
      'y',
      '250',
      undefined,
    ]);
    expect(profile.certificates).toHaveLength(1);
    expect(profile.symbolAddress('__per_cpu_start')).toBe(0);
    expect(profile.symbolAddress('do_init_module')).toBeLessThan(0);
  });
});

import type { RecordedRoot } from './recorded-root.ts';

const SIGNED_PKCS7 =
  'MIIBkAYJKoZIhvcNAQcCoIIBgTCCAX0CAQExDTALBglghkgBZQMEAgEwCwYJKoZIhvcNAQcBMYIBWjCCAVYCAQEwMTAZMRcwFQYDVQQDDA5vcmFjbGUgb3duIGtleQIUHQ1vCCBnPiNIqH8nLLnVpvJVIngwCwYJYIZIAWUDBAIBMA0GCSqGSIb3DQEBAQUABIIBAAxpT7R+grNnecngin87ZaHpXhPT/wCBZs1TXTxqh8bvzd8rKXn3znVCKWyVxAxFqOj8ul3WbNLWt+fjOwMwx4GWeEJ2HQNpTMIlU1oYuMpCZnPF0VCr8j8FGDUVP969hp5Srr1ToMzpDjXyrlZt7ngaNHxUK/xfQLU2xhg/Ko1ZTxN9FxI0Cm+2oWbPPkZ5wrgZCXL6YzftPZsG68TrQApz3CPuGDHanL0gP4H6U/nvIkR5ks1ezDnuY8UxhaSX/dh+1fuwIDp0WAoME8m9B91qfsJFgU3RbgUoCj8v2sywHcV3WYkzmTHC8dfuDqhRZLWCGa0o4Vl7X8veXlLViMkAAAIAAAAAAAAAAZR+TW9kdWxlIHNpZ25hdHVyZSBhcHBlbmRlZH4K';
const SIGNED_X509 =
  'RXhhbXBsZSBrZXkBAt6tAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissAQQBCwQAAAAAAAAtfk1vZHVsZSBzaWduYXR1cmUgYXBwZW5kZWR+Cg==';
const SIGNED_BADLY = 'MBBqdW5rAAACAAAAAAAAAAAGfk1vZHVsZSBzaWduYXR1cmUgYXBwZW5kZWR+Cg==';

/** Module files of every kind for modinfo and the listings of symbols. */
export const FILES: RecordedRoot = {
  modules: {
    'w/full.ko': {
      modinfo: [
        'version=1.0',
        'author=First <first@example.org>',
        'author=Second',
        'description=all fields, "quoted" = signs',
        'license=GPL',
        'alias=usb:v1D6Bp*',
        'alias=fs-full',
        'firmware=full/fw.bin',
        'softdep=pre: x',
        'depends=x,y',
        'a_key_longer_than_fifteen=v',
        'parm=one:the first',
        'parmtype=one:int',
        'parmtype=two:charp',
        'parm=three:only described',
        'parm=one:described again',
        'vermagic=6.1.0 SMP ',
        'empty=',
        'noequals',
        'intree=Y',
        'description=second',
      ],
      exports: { x_one: 0x12345678, x_two: 0x9 },
      needs: { need_a: 0xdeadbeef, need_b: 0x1 },
    },
    'w/signed.ko': { modinfo: ['license=GPL'], tail: SIGNED_PKCS7 },
    'w/signed-old.ko': { modinfo: ['license=GPL'], tail: SIGNED_X509 },
    'w/no-modinfo.ko': { exports: { only_export: 0x77 } },
    'w/multi.ko': { modinfo: ['description=first line,\nsecond line', 'parm=p:one\n\t\ttwo'] },
    'w/bad-parm.ko': { modinfo: ['parm=nocolon', 'parmtype=also', 'license=GPL'] },
    'w/empty-info.ko': { modinfo: [] },
    'w/named.ko.bak': { modinfo: ['license=GPL'] },
    'w/my-dash.name.ko': { modinfo: ['license=GPL'] },
  },
  files: {
    'w/empty.ko': '',
    'w/text.ko': 'this is a text that is longer than a header\n',
    'w/short.ko': '\x7fELF\x02\x01\x01',
    'w/class.ko': `\x7fELF\x09\x01\x01${'\0'.repeat(80)}`,
    'w/zeros.ko': `\x7fELF\x02\x01\x01${'\0'.repeat(80)}`,
    'w/dir.ko/x': '',
    'proc/cmdline': '',
    'proc/modules': '',
  },
};

/** A file with a signature that cannot be read. Only kmod 34 tells of it. */
export const SIGNED_BADLY_ROOT: RecordedRoot = {
  modules: { 'w/badly.ko': { modinfo: ['license=GPL'], tail: SIGNED_BADLY } },
  files: { 'proc/cmdline': '', 'proc/modules': '' },
};

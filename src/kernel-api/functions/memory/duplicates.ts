import type { Address } from '../../../memory/address.ts';
import { copyInString, readGuestText, writeBytes } from '../../guest-text.ts';
import { type GuestCall, rowsOf } from '../../kernel-function.ts';
import { allocate } from './slab.ts';

/** `kmemdup`. */
function duplicate(call: GuestCall, source: Address, size: number): Address {
  const fresh = allocate(call, size);
  if (size > 0 && fresh !== 0) call.memory.view(fresh, size, 'write').set(call.memory.view(source, size, 'read'));
  return fresh;
}

function newString(call: GuestCall, text: string): Address {
  const fresh = allocate(call, text.length + 1);
  if (fresh !== 0) writeBytes(call.session, fresh, text);
  return fresh;
}

function duplicateString(call: GuestCall, limit?: number): Address {
  const source = call.pointer(0);
  return source === 0 ? 0 : newString(call, call.memory.readCString(source, limit));
}

/** Copies of guest memory on the heap. */
export const duplicateFunctions = () => [
  ...rowsOf('mm/util.c', [
    ['void *kmemdup(const void *src, size_t len, gfp_t gfp)', (call) => duplicate(call, call.pointer(0), call.size(1))],
    ['char *kstrdup(const char *s, gfp_t gfp)', (call) => duplicateString(call)],
    ['const char *kstrdup_const(const char *s, gfp_t gfp)', (call) => duplicateString(call)],
    ['char *kstrndup(const char *s, size_t max, gfp_t gfp)', (call) => duplicateString(call, call.size(1))],
    [
      'char *kmemdup_nul(const char *s, size_t len, gfp_t gfp)',
      (call) => newString(call, readGuestText(call.session, call.pointer(0), call.size(1))),
    ],
  ]),
  ...rowsOf('drivers/base/devres.c', [
    [
      'void *devm_kmemdup(struct device *dev, const void *src, size_t len, gfp_t gfp)',
      (call) => duplicate(call, call.pointer(1), call.size(2)),
    ],
    [
      'char *devm_kstrdup(struct device *dev, const char *s, gfp_t gfp)',
      (call) => (call.pointer(1) === 0 ? 0 : copyInString(call.session, call.string(1))),
    ],
  ]),
];

import { EINVAL } from '../../../abi/negative-errno.ts';
import type { Address } from '../../../memory/address.ts';
import { type GuestCall, type KernelFunction, rowsOf } from '../../kernel-function.ts';
import { randomBytesAt } from './random.ts';

const UUID = /^[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}/;
/** Which byte of a GUID the n-th of the text is: its first three numbers stand with their low bytes first. */
const GUID_ORDER = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15];
const UUID_ORDER = GUID_ORDER.map((_, index) => index);

function parse(order: readonly number[]): KernelFunction {
  return (call) => {
    const [text] = UUID.exec(call.string(0)) ?? [];
    if (text === undefined) return EINVAL;
    const digits = text.replaceAll('-', '');
    for (const [index, place] of order.entries())
      call.memory.writeU8(call.pointer(1) + place, Number.parseInt(digits.slice(2 * index, 2 * index + 2), 16));
    return 0;
  };
}

/** A random one of version 4, whose number stands in this byte. */
function generate(call: GuestCall, target: Address, versionByte: number): void {
  randomBytesAt(call, target, 16);
  const mark = (at: number, keep: number, set: number) =>
    call.memory.writeU8(target + at, (call.memory.readU8(target + at) & keep) | set);
  mark(versionByte, 0x0f, 0x40);
  mark(8, 0x3f, 0x80);
}

const generates =
  (versionByte: number): KernelFunction =>
  (call) =>
    generate(call, call.pointer(0), versionByte);

/** Unique identifiers: lib/uuid.c. */
export const uuidFunctions = () =>
  rowsOf('lib/uuid.c', [
    ['int uuid_parse(const char *uuid, uuid_t *u)', parse(UUID_ORDER)],
    ['int guid_parse(const char *uuid, guid_t *u)', parse(GUID_ORDER)],
    ['bool uuid_is_valid(const char *uuid)', (call) => UUID.test(call.string(0))],
    ['void uuid_gen(uuid_t *bu)', generates(6)],
    ['void guid_gen(guid_t *lu)', generates(7)],
    ['void generate_random_uuid(unsigned char *uuid)', generates(6)],
    ['void generate_random_guid(unsigned char *guid)', generates(7)],
  ]);

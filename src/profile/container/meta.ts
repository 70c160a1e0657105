import { byteString } from '../../elf/c-string.ts';
import { ProfileError } from '../profile-error.ts';
import { bytesOf } from './bytes.ts';

/** Section `meta`: JSON of the facts that are one value each. Byte strings. */
export interface ProfileMeta {
  readonly release: string;
  readonly version: string;
  readonly versionNumbers: readonly [number, number, number];
  readonly machine: string;
  readonly vermagic: string;
  /** Bytes of a pointer: 8 or 4. */
  readonly pointerSize: number;
  /** Numbers of the BTF as the kernel has it, which split BTF of modules counts on; 0 when there is none. */
  readonly btfTypeCount: number;
  readonly btfStringsSize: number;
}

/** Reads section `meta`. Raises ProfileError. */
export function readMeta(bytes: Uint8Array): ProfileMeta {
  const meta = parse(bytes);
  for (const [field, type] of FIELDS) {
    if (typeof meta[field] !== type) throw new ProfileError(`kernel profile: no ${field}`);
  }
  return meta as unknown as ProfileMeta;
}

const FIELDS: readonly (readonly [keyof ProfileMeta, string])[] = [
  ['release', 'string'],
  ['version', 'string'],
  ['versionNumbers', 'object'],
  ['machine', 'string'],
  ['vermagic', 'string'],
  ['pointerSize', 'number'],
  ['btfTypeCount', 'number'],
  ['btfStringsSize', 'number'],
];

function parse(bytes: Uint8Array): Record<string, unknown> {
  try {
    return Object(JSON.parse(byteString(bytes, 0, bytes.length))) as Record<string, unknown>;
  } catch {
    throw new ProfileError('kernel profile: damaged header');
  }
}

/** Section `meta` of these facts. */
export function encodeMeta(meta: ProfileMeta): Uint8Array {
  return bytesOf(JSON.stringify(meta));
}

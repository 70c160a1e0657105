import { ProfileError } from '../profile-error.ts';
import type { ByteSource } from './byte-source.ts';
import { viewOf } from './bytes.ts';

/**
 * The profile file: a header, a table of sections, the sections.
 *
 *     0   8 bytes   magic
 *     8   u32       format version
 *     12  u32       number of sections
 *     16  rows of 16 bytes: name (8 ASCII bytes, NUL-padded), u32 offset, u32 length
 *
 * Everything is little-endian. A section is read when it is asked for, and starts at a multiple of 8.
 */
const MAGIC = 'kobox.k\0';
const FORMAT_VERSION = 1;
const HEADER_SIZE = 16;
const ROW_SIZE = 16;
const MAX_SECTIONS = 64;

/** Names of the sections. */
export type SectionName =
  | 'meta'
  | 'config'
  | 'exports'
  | 'symbols'
  | 'btf'
  | 'btfindex'
  | 'certs'
  | 'text'
  | 'builtin'
  | 'calls'
  | 'common';

/** An open profile file. */
export interface Container {
  /** The section's bytes, read once and kept; empty when the file has none of that name. */
  section(name: SectionName): Uint8Array;
  /** The section to be read in parts. */
  source(name: SectionName): ByteSource;
}

/** Opens a profile file: reads its header and table only. Raises ProfileError. */
export function openContainer(source: ByteSource): Container {
  const rows = readTable(source);
  const loaded = new Map<string, Uint8Array>();
  return {
    section(name) {
      let bytes = loaded.get(name);
      if (!bytes) {
        const row = rows.get(name);
        bytes = row ? source.read(row.offset, row.length) : new Uint8Array(0);
        loaded.set(name, bytes);
      }
      return bytes;
    },
    source(name) {
      const { offset, length } = rows.get(name) ?? { offset: 0, length: 0 };
      return { size: length, read: (at, count) => source.read(offset + at, count) };
    },
  };
}

interface Row {
  readonly offset: number;
  readonly length: number;
}

function readTable(source: ByteSource): Map<string, Row> {
  const head = source.read(0, Math.min(source.size, HEADER_SIZE + ROW_SIZE * MAX_SECTIONS));
  if (head.length < HEADER_SIZE || ascii(head, 0, 8) !== MAGIC) throw new ProfileError('not a kernel profile');
  const view = viewOf(head);
  const version = view.getUint32(8, true);
  if (version !== FORMAT_VERSION) throw new ProfileError(`kernel profile of unknown format version ${version}`);
  const count = view.getUint32(12, true);
  if (count > MAX_SECTIONS || HEADER_SIZE + count * ROW_SIZE > head.length) throw truncated();
  const rows = new Map<string, Row>();
  for (let at = HEADER_SIZE; at < HEADER_SIZE + count * ROW_SIZE; at += ROW_SIZE) {
    const row = { offset: view.getUint32(at + 8, true), length: view.getUint32(at + 12, true) };
    if (row.offset + row.length > source.size) throw truncated();
    rows.set(ascii(head, at, 8).replace(/\0+$/, ''), row);
  }
  return rows;
}

/** The bytes of a profile file with these sections, in their order; empty ones are left out. */
export function encodeContainer(all: readonly (readonly [SectionName, Uint8Array])[]): Uint8Array {
  const sections = all.filter(([, bytes]) => bytes.length > 0);
  let end = HEADER_SIZE + sections.length * ROW_SIZE;
  const placed = sections.map(([name, bytes]) => {
    const offset = align8(end);
    end = offset + bytes.length;
    return { name, bytes, offset };
  });
  const file = new Uint8Array(end);
  const view = viewOf(file);
  putAscii(file, 0, MAGIC);
  view.setUint32(8, FORMAT_VERSION, true);
  view.setUint32(12, sections.length, true);
  for (const [index, { name, bytes, offset }] of placed.entries()) {
    const at = HEADER_SIZE + index * ROW_SIZE;
    putAscii(file, at, name);
    view.setUint32(at + 8, offset, true);
    view.setUint32(at + 12, bytes.length, true);
    file.set(bytes, offset);
  }
  return file;
}

function truncated(): ProfileError {
  return new ProfileError('kernel profile is truncated');
}

function align8(value: number): number {
  return (value + 7) & ~7;
}

function ascii(bytes: Uint8Array, offset: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(offset, offset + length));
}

function putAscii(bytes: Uint8Array, offset: number, text: string): void {
  for (let i = 0; i < text.length; i++) bytes[offset + i] = text.charCodeAt(i);
}

import { type Address, PAGE_SIZE } from '../../memory/address.ts';
import { READ_WRITE } from '../../memory/mapping.ts';
import type { Session } from '../core/session.ts';

/** Where a program's buffer stands; several lie behind each other with a page between them. */
const USER_BASE: Address = 0x7f0000000000;

/** What a program's heap has behind a buffer at the least: a driver that copies more than was asked for overwrites that. */
const SLACK = 0x20000;

/** Calls `work` with zeroed memory of a program, which is gone afterwards. */
export function withUserBuffer<T>(session: Session, size: number, work: (buffer: Address) => T): T {
  let base = USER_BASE;
  for (let taken = session.memory.find(base); taken; taken = session.memory.find(base)) {
    base = taken.base + Math.ceil(taken.size / PAGE_SIZE) * PAGE_SIZE + PAGE_SIZE;
  }
  session.memory.map(base, new Uint8Array(Math.ceil((size + SLACK) / PAGE_SIZE) * PAGE_SIZE), READ_WRITE, 'user');
  try {
    return work(base);
  } finally {
    session.memory.unmap(base);
  }
}

/** Bytes from a program's buffer on that are its own. */
export function userRoom(session: Session, buffer: Address): number {
  const mapping = session.memory.find(buffer);
  return mapping ? mapping.base + mapping.size - buffer : 0;
}

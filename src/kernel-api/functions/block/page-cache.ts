import { EIO, ENOSPC } from '../../../abi/negative-errno.ts';
import { DISK_NAME_LEN, SECTOR_SIZE } from '../../../kernel/devices/disks.ts';
import { KERN, printk } from '../../../kernel/log/printk.ts';
import { type Address, PAGE_SIZE } from '../../../memory/address.ts';
import type { Session } from '../../core/session.ts';
import { type Readahead, readAhead, readMissing, UNREAD, type Window } from './readahead.ts';
import { transfer } from './requests.ts';

const SECTORS_PER_PAGE = PAGE_SIZE / SECTOR_SIZE;
/** Pages in which the partition tables that the kernel knows begin. */
const TABLE_PAGES = [0, 1, 3];

interface CachedPage {
  bytes: Uint8Array;
  uptodate: boolean;
  dirty: boolean;
  /** More is read ahead when this one is come to: `PG_readahead`. */
  marker: boolean;
}

/** The pages of a disk that is open. They go when it is closed. */
export interface PageCache {
  readonly disk: Address;
  readonly pages: Map<number, CachedPage>;
  readahead: Readahead;
  /** The page read before. */
  previous: number;
}

/** The cache of a disk that has just been opened. */
export function makePageCache(disk: Address): PageCache {
  return { disk, pages: new Map(), readahead: UNREAD, previous: -1 };
}

/** `get_capacity`: sectors. */
export function capacityOf(session: Session, disk: Address): number {
  const whole = session.pointerAt(disk, 'gendisk', 'part0');
  return Number(session.memory.readU64(session.at(whole, 'block_device', 'bd_nr_sectors')));
}

const sizeOf = (session: Session, disk: Address): number => capacityOf(session, disk) * SECTOR_SIZE;

/** Reads pages into the cache in one piece: those that are there already and those behind the end are left out. */
function fill(session: Session, cache: PageCache, start: number, count: number, marker?: number): void {
  const end = Math.min(start + count, Math.ceil(sizeOf(session, cache.disk) / PAGE_SIZE));
  let first = start;
  while (first < end && cache.pages.has(first)) first++;
  if (first >= end) return;
  const bytes = new Uint8Array(Math.min((end - first) * PAGE_SIZE, sizeOf(session, cache.disk) - first * PAGE_SIZE));
  const uptodate = transfer(session, { disk: cache.disk, write: false, sector: first * SECTORS_PER_PAGE, bytes });
  for (let index = first; index < end; index++) {
    const part = bytes.slice((index - first) * PAGE_SIZE, (index - first + 1) * PAGE_SIZE);
    cache.pages.set(index, { bytes: part, uptodate, dirty: false, marker: index === marker });
  }
}

function fillWindow(session: Session, cache: PageCache, { state, start, size, marker }: Window): void {
  cache.readahead = state;
  fill(session, cache, start, size, marker);
}

/** `filemap_read_folio`: one page, in which an error counts. Undefined for what cannot be read. */
function readPage(session: Session, cache: PageCache, index: number): CachedPage | undefined {
  cache.pages.delete(index);
  fill(session, cache, index, 1);
  const page = cache.pages.get(index);
  if (page?.uptodate) return page;
  const name = session.memory.readCString(session.at(cache.disk, 'gendisk', 'disk_name'), DISK_NAME_LEN);
  printk(session.kernel, KERN.ERR, `Buffer I/O error on dev ${name}, logical block ${index}, async page read`);
  return undefined;
}

/** `filemap_get_pages`: page `index` of `wanted`, with what is read ahead of it. */
function getPage(session: Session, cache: PageCache, index: number, wanted: number): CachedPage | undefined {
  if (!cache.pages.has(index)) fillWindow(session, cache, readMissing(cache.readahead, index, wanted, cache.previous));
  const page = cache.pages.get(index);
  if (page?.marker) {
    page.marker = false;
    fillWindow(session, cache, readAhead(cache.readahead));
  }
  cache.previous = index;
  return page?.uptodate ? page : readPage(session, cache, index);
}

/** Up to `size` bytes from `position`, empty behind the end, or a negative errno. Source: mm/filemap.c, `filemap_read`. */
export function readDisk(session: Session, cache: PageCache, position: number, size: number): string | number {
  const end = Math.min(position + size, sizeOf(session, cache.disk));
  let text = '';
  for (let at = position; at < end; ) {
    const index = Math.floor(at / PAGE_SIZE);
    const page = getPage(session, cache, index, Math.ceil(end / PAGE_SIZE) - index);
    if (!page) return text === '' ? EIO : text;
    const part = page.bytes.subarray(at % PAGE_SIZE, Math.min(PAGE_SIZE, end - index * PAGE_SIZE));
    text += String.fromCharCode(...part);
    at += part.length;
  }
  return text;
}

/** Writes into the cache: the bytes taken, or a negative errno. Source: fs/buffer.c, `block_write_begin`. */
export function writeDisk(session: Session, cache: PageCache, position: number, text: string): number {
  const end = Math.min(position + text.length, sizeOf(session, cache.disk));
  if (end <= position) return text === '' ? 0 : ENOSPC;
  for (let at = position; at < end; ) {
    const index = Math.floor(at / PAGE_SIZE);
    const stop = Math.min((index + 1) * PAGE_SIZE, end);
    const isWhole = at === index * PAGE_SIZE && stop - at === PAGE_SIZE;
    const page = isWhole ? freshPage(cache, index) : (cache.pages.get(index) ?? readPage(session, cache, index));
    if (!page) return at > position ? at - position : EIO;
    for (let offset = at; offset < stop; offset++) page.bytes[offset % PAGE_SIZE] = text.charCodeAt(offset - position);
    page.dirty = true;
    at = stop;
  }
  return end - position;
}

function freshPage(cache: PageCache, index: number): CachedPage {
  const page = { bytes: new Uint8Array(PAGE_SIZE), uptodate: true, dirty: true, marker: false };
  cache.pages.set(index, page);
  return page;
}

/** `sync_blockdev`: what was written goes to the disk; requests of neighbours are merged, bios are not. */
export function flushDisk(session: Session, cache: PageCache): void {
  const most = pagesTogether(session, cache.disk);
  const dirty = [...cache.pages].filter(([, page]) => page.dirty).sort(([one], [other]) => one - other);
  for (let at = 0; at < dirty.length; ) {
    let count = 1;
    while (count < most && dirty[at + count]?.[0] === dirty[at]![0] + count) count++;
    const pages = dirty.slice(at, at + count).map(([, page]) => page);
    const bytes = Uint8Array.from(pages.flatMap((page) => [...page.bytes]));
    transfer(session, { disk: cache.disk, write: true, sector: dirty[at]![0] * SECTORS_PER_PAGE, bytes });
    for (const page of pages) page.dirty = false;
    at += count;
  }
}

function pagesTogether(session: Session, disk: Address): number {
  const operations = session.pointerAt(disk, 'gendisk', 'fops');
  if (session.pointerAt(operations, 'block_device_operations', 'submit_bio') !== 0) return 1;
  const limits = session.at(session.pointerAt(disk, 'gendisk', 'queue'), 'request_queue', 'limits');
  const sectors = session.memory.readU32(session.at(limits, 'queue_limits', 'max_sectors'));
  return Math.max(1, Math.floor(sectors / SECTORS_PER_PAGE));
}

/** `check_partition`: the places where tables stand are read; none is understood. */
export function lookForPartitions(session: Session, disk: Address): void {
  const cache = makePageCache(disk);
  for (const index of TABLE_PAGES) if (!readPartitionPage(session, cache, index)) return;
}

function readPartitionPage(session: Session, cache: PageCache, index: number): boolean {
  if (index * PAGE_SIZE >= sizeOf(session, cache.disk)) return true;
  return readPage(session, cache, index) !== undefined;
}

/** `struct file_ra_state`: in pages. Pages before `start` + `size` - `ahead` are wanted now, those behind are ahead. */
export interface Readahead {
  readonly start: number;
  readonly size: number;
  readonly ahead: number;
}

/** What is to be read now: the first page, how many, and which of them asks for more when it is come to. */
export interface Window {
  readonly state: Readahead;
  readonly start: number;
  readonly size: number;
  readonly marker: number | undefined;
}

/** `ra->ra_pages`: 128 KiB, `VM_READAHEAD_PAGES`. */
const MAX_PAGES = 32;

/** The state of a file that nobody has read. */
export const UNREAD: Readahead = { start: 0, size: 0, ahead: 0 };

/** `get_init_ra_size`. */
function firstSize(wanted: number): number {
  const rounded = 2 ** Math.ceil(Math.log2(wanted));
  if (rounded <= MAX_PAGES / 32) return rounded * 4;
  return rounded <= MAX_PAGES / 4 ? rounded * 2 : MAX_PAGES;
}

/** `get_next_ra_size`. */
function nextSize(size: number): number {
  if (size < MAX_PAGES / 16) return 4 * size;
  return size <= MAX_PAGES / 2 ? 2 * size : MAX_PAGES;
}

function windowOf(state: Readahead): Window {
  const { start, size, ahead } = state;
  return { state, start, size, marker: ahead > 0 ? start + size - ahead : undefined };
}

function advanced({ start, size }: Readahead): Window {
  const next = nextSize(size);
  return windowOf({ start: start + size, size: next, ahead: next });
}

/** `page_cache_sync_ra`: page `index`, the first of `wanted`, is not there. `previous`: the page read before. */
export function readMissing(state: Readahead, index: number, wanted: number, previous: number): Window {
  if (index > 0 && index === state.start + state.size) return advanced(state);
  if (index > 0 && wanted <= MAX_PAGES && index - previous > 1)
    return { state, start: index, size: wanted, marker: undefined };
  const size = firstSize(wanted);
  const ahead = size > wanted ? size - wanted : size;
  if (ahead < size) return windowOf({ start: index, size, ahead });
  const more = nextSize(size);
  if (size + more <= MAX_PAGES) return windowOf({ start: index, size: size + more, ahead: more });
  return windowOf({ start: index, size: MAX_PAGES, ahead: MAX_PAGES / 2 });
}

/** `page_cache_async_ra`: a page that asks for more has been come to. */
export function readAhead(state: Readahead): Window {
  return advanced(state);
}

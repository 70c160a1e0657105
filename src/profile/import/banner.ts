import { cString } from '../../elf/c-string.ts';
import { bytesOf } from '../container/bytes.ts';
import type { KernelImage } from './kernel-image.ts';
import { occurrences } from './search.ts';

/** What the kernel says of itself. */
export interface Identity {
  readonly release: string;
  /** `uname -v`. */
  readonly version: string;
  readonly versionNumbers: readonly [number, number, number];
  readonly vermagic: string;
}

/** `linux_banner` (init/version.c): release, builder, compiler, `uname -v`. */
const BANNER = /^Linux version (\S+) [^\n]*?(#\d[^\n]*)/;
/** Longest banner that is looked at; the kernel's fields are 65 bytes each and the compiler's line. */
const BANNER_LIMIT = 1024;

/** Finds release, version and vermagic in the image; undefined when it has no `linux_banner`. */
export function readIdentity(image: KernelImage): Identity | undefined {
  for (const { region, offset } of occurrences(image, bytesOf('Linux version '))) {
    const match = BANNER.exec(cString(region.bytes.subarray(offset, offset + BANNER_LIMIT), 0));
    if (!match) continue;
    const [banner, release, version] = match as unknown as [string, string, string];
    return {
      release,
      version,
      versionNumbers: versionNumbers(versionCode(image), banner),
      vermagic: readVermagic(image, release),
    };
  }
  return undefined;
}

/** `vermagic[]` (kernel/module/main.c): the release, a blank, and words, the last one often with a blank behind it. */
const VERMAGIC = /^\S+ [\w .+-]*$/;

function readVermagic(image: KernelImage, release: string): string {
  const start = `\0${release} `;
  for (const { region, offset } of occurrences(image, bytesOf(start))) {
    const text = cString(region.bytes.subarray(offset + 1, offset + BANNER_LIMIT), 0);
    if (VERMAGIC.test(text)) return text;
  }
  return `${release} `;
}

/** Head of the vDSO's note of type 0 and name `Linux`, whose contents are `LINUX_VERSION_CODE` (vdso/note.S). */
const VERSION_NOTE = '\x06\0\0\0\x04\0\0\0\0\0\0\0Linux\0\0\0';

function versionCode(image: KernelImage): readonly [number, number, number] | undefined {
  for (const { region, offset } of occurrences(image, bytesOf(VERSION_NOTE))) {
    const code = image.reader(region).u32(offset + VERSION_NOTE.length);
    return [code >>> 16, (code >>> 8) & 0xff, code & 0xff];
  }
  return undefined;
}

/** `LINUX_VERSION_CODE` keeps at most this of the sublevel. */
const SUBLEVEL_MAX = 255;

/**
 * A full version code counts; else the highest sublevel that the banner gives with its major and minor number, as
 * distributions name the release after the series and the package after the version: `5.10.0-46 … Debian 5.10.262-1`.
 */
function versionNumbers(code: Identity['versionNumbers'] | undefined, banner: string): Identity['versionNumbers'] {
  if (code && code[2] < SUBLEVEL_MAX) return code;
  const [major, minor] = code ?? (/(\d+)\.(\d+)/.exec(banner)?.slice(1).map(Number) as [number, number]) ?? [0, 0];
  const sublevels = [...banner.matchAll(/\b(\d+)\.(\d+)\.(\d+)/g)]
    .filter((match) => Number(match[1]) === major && Number(match[2]) === minor)
    .map((match) => Number(match[3]));
  return [major, minor, Math.max(0, ...sublevels)];
}

import type { TreePlace } from '../../kmod/depmod/find-modules.ts';
import { absolutePath, statOf } from '../../kmod/files.ts';
import type { AppletContext } from '../applet.ts';
import { runningRelease } from '../machine/running-release.ts';
import { toByteString } from '../output/byte-string.ts';
import type { DepmodWords } from './options.ts';

/** Where one run of depmod reads and writes. */
export interface Places extends TreePlace {
  readonly release: string;
  readonly outDirectory: string;
}

/** Whether a word is a kernel's version to depmod: two numbers with a dot between begin it. */
export function isVersion(word: string): boolean {
  return /^\s*[+-]?\d+\.\s*[+-]?\d+/.test(word);
}

/** Where the words send a run: `-b`, `-m`, `-o` and the version, else the running kernel's. */
export function placesOf({ values, operands }: DepmodWords, { options, cwd }: AppletContext): Places {
  const given = (option: string): string | undefined => {
    const word = values.get(option);
    return word === undefined ? undefined : absolutePath(word, toByteString(cwd)).replace(/\/+$/, '');
  };
  const root = toByteString(options.root);
  const release = operands[0] ?? runningRelease(root);
  const base = given('b') ?? root;
  const place = modulePlace(values.get('m'), base, release);
  return {
    release,
    root: values.has('b') ? '' : root,
    directory: `${base}${place}/${release}`,
    outDirectory: `${given('o') ?? base}${place}/${release}`,
  };
}

/** `/lib/modules` below the root, or what `-m` says; `/usr/lib/modules` where only that one has the release. */
function modulePlace(given: string | undefined, base: string, release: string): string {
  if (given !== undefined) return `/${given.replace(/^\/+/, '')}`;
  const isOnlyBelowUsr =
    statOf(`${base}/lib/modules/${release}`) === undefined &&
    statOf(`${base}/usr/lib/modules/${release}`) !== undefined;
  return isOnlyBelowUsr ? '/usr/lib/modules' : '/lib/modules';
}

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openIndex } from '../../../src/kmod/index/index-file.ts';

/** What a command said and wrote; the root is `@`. */
export interface Outcome {
  readonly stdout: string;
  readonly stderr: string;
  readonly exit: number;
  /** Of the version directories: contents by path, text as latin-1, others in base64. */
  readonly files: Readonly<Record<string, string>>;
}

const PLACES = ['lib/modules/1.2.3', 'usr/lib/modules/1.2.3', 'out/lib/modules/1.2.3'];

/** An index whose offsets depend on the length of the root's name, as its entries. */
function dump(bytes: Uint8Array): string {
  return [...openIndex(bytes, 'index').dump()].map((entry) => `${entry.join(' ')}\n`).join('');
}

/** Lines of stderr in sorted order: kmod's own order follows the directory's. */
export function outcome(root: string, stdout: string, stderr: string, exit: number): Outcome {
  const told = (text: string) => text.replaceAll(root, '@');
  const files: Record<string, string> = {};
  for (const place of PLACES) {
    if (!existsSync(join(root, place))) continue;
    for (const name of readdirSync(join(root, place)).sort()) {
      if (!name.startsWith('modules.')) continue;
      const bytes = readFileSync(join(root, place, name));
      const isIndex = name.endsWith('.bin');
      const listsRoot = isIndex && bytes.includes(root);
      files[`${place}/${name}`] = listsRoot ? told(dump(bytes)) : bytes.toString(isIndex ? 'base64' : 'latin1');
      if (!isIndex) files[`${place}/${name}`] = told(files[`${place}/${name}`]!);
    }
  }
  return { stdout: told(stdout), stderr: told(stderr).split('\n').sort().join('\n'), exit, files };
}

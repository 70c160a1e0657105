import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { RecordedRoot } from './roots/recorded-root.ts';
import { buildTinyModule } from './tiny-module.ts';

function write(root: string, path: string, bytes: Buffer): void {
  const place = join(root, path);
  if (path.endsWith('/')) {
    mkdirSync(place, { recursive: true });
    return;
  }
  mkdirSync(dirname(place), { recursive: true });
  writeFileSync(place, bytes);
}

/** Lays a recorded root's files and modules into a directory, for this kernel release. */
export function layOutRoot(root: string, description: RecordedRoot, release: string): void {
  const at = (path: string) => path.replaceAll('RELEASE', release);
  for (const [path, text] of Object.entries(description.files ?? {}))
    write(root, at(path), Buffer.from(text, 'latin1'));
  for (const [path, module] of Object.entries(description.modules ?? {}))
    write(root, at(path), buildTinyModule(module));
}

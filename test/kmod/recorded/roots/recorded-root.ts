import type { TinyModule } from '../tiny-module.ts';

/**
 * A small machine: its files as text, its modules in words. RELEASE in a path is the kernel's release; a path that ends
 * in `/` is an empty directory.
 */
export interface RecordedRoot {
  readonly files?: Readonly<Record<string, string>>;
  readonly modules?: Readonly<Record<string, TinyModule>>;
  /** depmod makes its indexes when the answers are recorded. */
  readonly depmod?: true;
}

/** Where a root's modules are. */
export const TREE = 'lib/modules/RELEASE';

/** A module with a licence, no dependencies, and these fields of .modinfo. */
export const license = (...more: string[]) => ({ modinfo: ['license=GPL', ...more, 'depends='] });

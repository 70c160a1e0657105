import { setFlagsFromString } from 'node:v8';

/** V8 said until version 12, which is Node 22's, how long a function runs before it is optimized in bytes of its code. */
const LATER = Number.parseInt(process.versions.v8, 10) < 12 ? ['--interrupt-budget=400000'] : [];
const FLAGS = [...LATER, '--no-turbo-inlining'];

/**
 * For runs that are over in half a second, of which a third went to optimizing what had not much longer to run: from here
 * on V8 lets a function run six times as long as usual before it does, and does not work the functions that it calls
 * into it. Sets V8's flags, by which code caches of pieces that are loaded later are refused.
 */
export function compileLess(): void {
  for (const flag of FLAGS) setFlagsFromString(flag);
}

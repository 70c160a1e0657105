import { setFlagsFromString } from 'node:v8';

const FLAGS = ['--interrupt-budget=400000', '--no-turbo-inlining'];

/**
 * For runs that are over in half a second, of which a third went to optimizing what had not much longer to run: from here
 * on V8 lets a function run six times as long as usual before it does, and does not work the functions that it calls
 * into it. Sets V8's flags, by which code caches of pieces that are loaded later are refused.
 */
export function compileLess(): void {
  for (const flag of FLAGS) setFlagsFromString(flag);
}

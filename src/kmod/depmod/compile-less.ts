import { setFlagsFromString } from 'node:v8';

const FLAGS = ['--interrupt-budget=400000', '--no-turbo-inlining'];

/**
 * A run is over in half a second, of which a third went to optimizing what had not much longer to run: from here on V8 is
 * to let a function run six times as long as usual before it does, and not to work the functions that it calls into it.
 */
export function compileLess(): void {
  for (const flag of FLAGS) setFlagsFromString(flag);
}

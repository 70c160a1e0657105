import type { Kernel } from './kernel.ts';

/**
 * What one subsystem keeps between commands: plain data in `kernel.subsystems[name]`.
 * Made by `initial` when it is not there yet.
 */
export function subsystem<T extends object>(name: string, initial: () => T): (kernel: Kernel) => T {
  return (kernel) => {
    kernel.subsystems[name] ??= initial();
    return kernel.subsystems[name] as T;
  };
}

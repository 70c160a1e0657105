import type { DepmodModule } from './depmod-module.ts';
import type { ModuleFacts } from './module-facts.ts';
import type { SymbolOwners } from './symbol-owners.ts';

/** Everything that the outputs are made from. */
export interface DepmodResult {
  /** In the order of all outputs. */
  readonly modules: readonly DepmodModule[];
  readonly facts: ModuleFacts;
  /** All dependencies of each module, by index, in output order. */
  readonly dependencies: readonly Int32Array[];
  /** The symbols that modules export, in kmod's hash order. */
  readonly symbols: Int32Array;
  readonly owners: SymbolOwners;
}

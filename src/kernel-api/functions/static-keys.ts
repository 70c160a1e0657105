import { patchJumpLabels } from '../../kernel/jump-label.ts';
import type { Address } from '../../memory/address.ts';
import type { Session } from '../core/session.ts';

/** `static_key_enable`, `static_key_disable`: the count, and the code that depends on it. */
export function setStaticKey({ kernel, memory }: Session, key: Address, enabled: boolean): void {
  memory.writeU32(key, enabled ? 1 : 0);
  patchJumpLabels(kernel, key, enabled);
}

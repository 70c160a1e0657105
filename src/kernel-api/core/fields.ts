import type { KernelProfile, StructLayout } from '../../profile/kernel-profile.ts';

/** What a field is called by kernels where it has another name: `state` before 5.14, `thread_node` from 6.7 on. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  'task_struct.__state': 'state',
  'task_struct.thread_group': 'thread_node',
};

/** Struct layouts of one profile, looked up once each. */
export class Fields {
  readonly #profile: KernelProfile;
  readonly #layouts = new Map<string, StructLayout | undefined>();

  constructor(profile: KernelProfile) {
    this.#profile = profile;
  }

  /** Size in bytes; 0 when the profile does not know the structure. */
  size(structure: string): number {
    return this.#layout(structure)?.size ?? 0;
  }

  /** Byte offset of a field. Raises RangeError when the profile has no such field. */
  offset(structure: string, field: string): number {
    const offset = this.find(structure, field);
    if (offset === undefined) throw new RangeError(`struct ${structure} has no ${field} in this profile`);
    return offset;
  }

  /** Byte offset of a field, if there is one. */
  find(structure: string, field: string): number | undefined {
    const offsets = this.#layout(structure)?.offsets;
    return offsets?.[field] ?? offsets?.[OTHER_NAMES[`${structure}.${field}`] ?? field];
  }

  #layout(structure: string): StructLayout | undefined {
    if (!this.#layouts.has(structure)) this.#layouts.set(structure, this.#profile.layout(structure));
    return this.#layouts.get(structure);
  }
}

import type { KernelProfile } from '../../profile/kernel-profile.ts';

/** What a field is called by kernels where it has another name: `state` before 5.14, `thread_node` from 6.7 on. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  'task_struct.__state': 'state',
  'task_struct.thread_group': 'thread_node',
};

/** Where the fields of structures stand in one profile. */
export class Fields {
  readonly #profile: KernelProfile;

  constructor(profile: KernelProfile) {
    this.#profile = profile;
  }

  /** Size in bytes; 0 when the profile does not know the structure. */
  size(structure: string): number {
    return this.#profile.layout(structure)?.size ?? 0;
  }

  /** Byte offset of a field. Raises RangeError when the profile has no such field. */
  offset(structure: string, field: string): number {
    const offset = this.find(structure, field);
    if (offset === undefined) throw new RangeError(`struct ${structure} has no ${field} in this profile`);
    return offset;
  }

  /** Byte offset of a field, if there is one. */
  find(structure: string, field: string): number | undefined {
    const layout = this.#profile.layout(structure);
    return layout?.offsetOf(field) ?? layout?.offsetOf(OTHER_NAMES[`${structure}.${field}`] ?? field);
  }
}

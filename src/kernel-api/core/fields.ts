import type { KernelProfile, StructLayout } from '../../profile/kernel-profile.ts';

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
    return this.#layout(structure)?.offsets[field];
  }

  #layout(structure: string): StructLayout | undefined {
    if (!this.#layouts.has(structure)) this.#layouts.set(structure, this.#profile.layout(structure));
    return this.#layouts.get(structure);
  }
}

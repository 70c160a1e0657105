import type { Address } from '../../memory/address.ts';
import type { Kernel } from '../kernel.ts';

/** Code of a module that is being loaded, as the loader patches it: places near each other are found at once. */
export class CodeWindow {
  readonly #kernel: Kernel;
  #base: Address = 0;
  /** The mapping that the last place stands in. */
  view: DataView = new DataView(new ArrayBuffer(0));

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  /** Where `size` bytes of an address stand in {@link view}; -1 where nothing can be written to. Sets: `view`. */
  offset(place: Address, size: number): number {
    const at = place - this.#base;
    if (at >= 0 && at + size <= this.view.byteLength) return at;
    const { memory } = this.#kernel;
    const mapping = memory.find(place);
    if (!mapping?.permissions.write || place + size > mapping.base + mapping.size) return -1;
    const bytes = memory.view(mapping.base, mapping.size, 'write');
    this.#base = mapping.base;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return place - mapping.base;
  }

  /** {@link offset}, as bytes. */
  bytes(place: Address, size: number): Uint8Array | undefined {
    const at = this.offset(place, size);
    return at < 0 ? undefined : new Uint8Array(this.view.buffer, this.view.byteOffset + at, size);
  }
}

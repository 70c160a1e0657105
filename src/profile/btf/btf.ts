import { BTF_KIND, BTF_MAGIC, BTF_TRAILER, BTF_TYPE_SIZE } from '../../abi/btf.ts';
import { type ByteSource, memorySource } from '../container/byte-source.ts';
import { PagedBytes } from '../container/paged-bytes.ts';
import { ProfileError } from '../profile-error.ts';

/** A member of a struct or union. */
export interface BtfMember {
  readonly name: string;
  readonly type: number;
  readonly bitOffset: number;
  /** Width of a bit-field in bits; 0 for an ordinary member. */
  readonly bitSize: number;
}

/** A parameter of a FUNC_PROTO. Type 0 in the last place: `...`. */
export interface BtfParameter {
  readonly name: string;
  readonly type: number;
}

/**
 * The type information of a kernel or module (`.BTF`), decoded on demand.
 * Source: Documentation/bpf/btf.rst, include/uapi/linux/btf.h.
 */
export class Btf {
  /** Number of types including `void` (id 0) and those of the base. */
  readonly typeCount: number;
  /** Bytes of the string section including the base's. */
  readonly stringsEnd: number;
  readonly #base: Btf | undefined;
  readonly #firstType: number;
  readonly #firstString: number;
  readonly #bytes: PagedBytes;
  readonly #header: Header;
  /** Byte offset of each own type within the blob. */
  readonly #offsets: Uint32Array;

  /**
   * Requires a whole BTF blob. `base` makes it a split BTF (kernel: `btf_parse_module`). `offsets`, when given, is what
   * {@link offsets} of an equal blob said. Raises ProfileError.
   */
  constructor(blob: ByteSource, base?: Btf, offsets?: Uint32Array) {
    this.#bytes = new PagedBytes(blob);
    this.#header = readHeader(this.#bytes);
    this.#base = base;
    this.#firstType = base?.typeCount ?? 1;
    this.#firstString = base?.stringsEnd ?? 0;
    this.stringsEnd = this.#firstString + this.#header.stringsEnd - this.#header.stringsStart;
    this.#offsets = offsets ?? scanTypes(this.#bytes, this.#header);
    this.typeCount = this.#firstType + this.#offsets.length;
  }

  /** Byte offset of each own type, in id order: what the constructor takes to be quicker the next time. */
  get offsets(): Uint32Array {
    return this.#offsets;
  }

  /** First id that is not the base's. */
  get firstType(): number {
    return this.#firstType;
  }

  /** Where type `id` stands. Raises ProfileError for an id out of range or `void`. */
  #at(id: number): number {
    const offset = this.#offsets[id - this.#firstType];
    if (offset === undefined) throw new ProfileError(`BTF: no type ${id}`);
    return offset;
  }

  #u32(at: number): number {
    if (at + 4 > this.#bytes.size) throw new ProfileError('BTF: truncated');
    return this.#bytes.u32(at, this.#header.little);
  }

  #owner(id: number): Btf {
    return this.#base && id < this.#firstType ? this.#base : this;
  }

  /** One of `BTF_KIND`. */
  kind(id: number): number {
    if (id === 0) return BTF_KIND.VOID;
    const owner = this.#owner(id);
    if (owner !== this) return owner.kind(id);
    return (this.#u32(this.#at(id) + 4) >>> 24) & 31;
  }

  /** `vlen`: number of members, parameters or enumerators. */
  rows(id: number): number {
    const owner = this.#owner(id);
    return owner === this ? this.#u32(this.#at(id) + 4) & 0xffff : owner.rows(id);
  }

  /** `kind_flag`. */
  flag(id: number): boolean {
    const owner = this.#owner(id);
    return owner === this ? this.#u32(this.#at(id) + 4) >>> 31 === 1 : owner.flag(id);
  }

  /** Name of the type, `` when it is anonymous. */
  name(id: number): string {
    if (id === 0) return 'void';
    const owner = this.#owner(id);
    return owner === this ? this.string(this.#u32(this.#at(id))) : owner.name(id);
  }

  /** Compares a name with that of a type, as memcmp would: negative, zero or positive. Requires a named type. */
  compareName(name: string, id: number): number {
    const owner = this.#owner(id);
    if (owner !== this) return owner.compareName(name, id);
    const { stringsStart, stringsEnd } = this.#header;
    const start = stringsStart + this.#u32(this.#at(id)) - this.#firstString;
    return this.#bytes.compareCString(name, start, stringsEnd);
  }

  /** The third word: `size` of INT, STRUCT, UNION, ENUM, FLOAT; `type` of all others. */
  sizeOrType(id: number): number {
    const owner = this.#owner(id);
    return owner === this ? this.#u32(this.#at(id) + 8) : owner.sizeOrType(id);
  }

  /** Word `index` behind `struct btf_type`: the fixed trailer or the rows, uninterpreted. */
  word(id: number, index: number): number {
    const owner = this.#owner(id);
    return owner === this ? this.#u32(this.#at(id) + BTF_TYPE_SIZE + index * 4) : owner.word(id, index);
  }

  /** Member `row` of a STRUCT or UNION, whose {@link flag} is at hand: it says how bit-fields are written. */
  member(id: number, row: number, flag: boolean): BtfMember {
    const place = this.word(id, row * 3 + 2);
    return {
      name: this.string(this.word(id, row * 3)),
      type: this.word(id, row * 3 + 1),
      bitOffset: flag ? place & 0xffffff : place,
      bitSize: flag ? place >>> 24 : 0,
    };
  }

  /** Parameters of a FUNC_PROTO. */
  *parameters(id: number): Iterable<BtfParameter> {
    for (let row = 0, count = this.rows(id); row < count; row++) {
      yield { name: this.string(this.word(id, row * 2)), type: this.word(id, row * 2 + 1) };
    }
  }

  /** Element type and number of elements of an ARRAY. */
  array(id: number): { readonly type: number; readonly count: number } {
    return { type: this.word(id, 0), count: this.word(id, 2) };
  }

  /** The string at an offset of the string section (byte string). */
  string(offset: number): string {
    if (offset < this.#firstString) return this.#base?.string(offset) ?? '';
    if (offset >= this.stringsEnd) throw new ProfileError('BTF: string out of range');
    const { stringsStart, stringsEnd } = this.#header;
    return this.#bytes.cString(stringsStart + offset - this.#firstString, stringsEnd);
  }
}

/** How many bytes a BTF blob at the start of `bytes` has; undefined when none stands there. */
export function btfSize(bytes: Uint8Array): number | undefined {
  try {
    const { typesStart, typesEnd, stringsEnd } = readHeader(new PagedBytes(memorySource(bytes)));
    return typesEnd > typesStart ? Math.max(typesEnd, stringsEnd) : undefined;
  } catch {
    return undefined;
  }
}

interface Header {
  readonly little: boolean;
  readonly typesStart: number;
  readonly typesEnd: number;
  readonly stringsStart: number;
  readonly stringsEnd: number;
}

/** `struct btf_header`, checked as `btf_parse_hdr` does for what matters to a reader. */
function readHeader(blob: PagedBytes): Header {
  if (blob.size < 24) throw new ProfileError('BTF: truncated');
  const little = (blob.u32(0, true) & 0xffff) === BTF_MAGIC;
  if (!little && blob.u32(0, false) >>> 16 !== BTF_MAGIC) throw new ProfileError('BTF: wrong magic');
  if (blob.u8(2) !== 1) throw new ProfileError(`BTF: unknown version ${blob.u8(2)}`);
  const start = blob.u32(4, little);
  const typesStart = start + blob.u32(8, little);
  const typesEnd = typesStart + blob.u32(12, little);
  const stringsStart = start + blob.u32(16, little);
  const stringsEnd = stringsStart + blob.u32(20, little);
  if (typesEnd > blob.size || stringsEnd > blob.size) throw new ProfileError('BTF: truncated');
  return { little, typesStart, typesEnd, stringsStart, stringsEnd };
}

function scanTypes(blob: PagedBytes, header: Header): Uint32Array {
  const offsets = new Uint32Array(Math.floor((header.typesEnd - header.typesStart) / BTF_TYPE_SIZE));
  let count = 0;
  let at = header.typesStart;
  while (at < header.typesEnd) {
    if (at + BTF_TYPE_SIZE > header.typesEnd) throw new ProfileError('BTF: truncated');
    const info = blob.u32(at + 4, header.little);
    const kind = (info >>> 24) & 31;
    const trailer = BTF_TRAILER[kind];
    if (!trailer || kind === BTF_KIND.VOID) throw new ProfileError(`BTF: unknown kind ${kind}`);
    offsets[count++] = at;
    at += BTF_TYPE_SIZE + trailer[0] + trailer[1] * (info & 0xffff);
  }
  if (at > header.typesEnd) throw new ProfileError('BTF: truncated');
  return offsets.slice(0, count);
}

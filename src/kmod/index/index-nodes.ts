import { INDEX_CHILDMAX, INDEX_NODE } from './index-format.ts';

/** A damaged index file. The message names file and offset. */
export class IndexError extends Error {
  constructor(fileName: string, offset: number, what: string) {
    super(`${fileName}: damaged index at offset ${offset}: ${what}`);
    this.name = 'IndexError';
  }
}

/** One value of a key. */
export interface IndexValue {
  readonly value: string;
  /** Lower ones come first. */
  readonly priority: number;
}

/** A node as it stands in the file; what follows the prefix is read when asked for. */
export interface IndexNode {
  readonly position: number;
  readonly prefix: string;
  /** Range of the edges to children; `first > last`: none. */
  readonly first: number;
  readonly last: number;
  readonly childrenAt: number;
  /** Where the values stand; 0: none. */
  readonly valuesAt: number;
}

/** A place in the trie while walking. */
interface Visit {
  readonly node: IndexNode;
  readonly key: string;
}

/** Bounds-checked reading of an index file's nodes. Every method raises IndexError where it meets damage. */
export class IndexNodes {
  readonly #bytes: Buffer;
  readonly #fileName: string;

  constructor(bytes: Uint8Array, fileName: string) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#fileName = fileName;
  }

  u32(at: number): number {
    if (at + 4 > this.#bytes.length) this.#fail(at, 'the file ends here');
    return this.#bytes.readUInt32BE(at);
  }

  /** The node that a node offset stands for. */
  read(offset: number): IndexNode {
    const position = offset & INDEX_NODE.POSITION;
    if (position > this.#bytes.length) this.#fail(position, 'offset past the end of the file');
    const prefixEnd = (offset & INDEX_NODE.PREFIX) === 0 ? position - 1 : this.#stringEnd(position);
    const prefix = this.#ascii(position, prefixEnd);
    if ((offset & INDEX_NODE.CHILDS) === 0) {
      const valuesAt = (offset & INDEX_NODE.VALUES) === 0 ? 0 : prefixEnd + 1;
      return { position, prefix, first: 1, last: 0, childrenAt: 0, valuesAt };
    }
    const childrenAt = prefixEnd + 3;
    const first = this.#u8(childrenAt - 2);
    const last = this.#u8(childrenAt - 1);
    if (first > last || last >= INDEX_CHILDMAX) this.#fail(childrenAt - 2, 'impossible range of children');
    const end = childrenAt + (last - first + 1) * 4;
    return { position, prefix, first, last, childrenAt, valuesAt: (offset & INDEX_NODE.VALUES) === 0 ? 0 : end };
  }

  /** The child at the end of the edge `character`, if there is one. */
  child(node: IndexNode, character: number): IndexNode | undefined {
    if (character < node.first || character > node.last) return undefined;
    const offset = this.u32(node.childrenAt + (character - node.first) * 4);
    return offset === 0 ? undefined : this.read(offset);
  }

  values(node: IndexNode): IndexValue[] {
    if (node.valuesAt === 0) return [];
    const values: IndexValue[] = [];
    let at = node.valuesAt + 4;
    for (let count = this.u32(node.valuesAt); count > 0; count--) {
      const priority = this.u32(at);
      const end = this.#stringEnd(at + 4);
      values.push({ value: this.#bytes.toString('latin1', at + 4, end), priority });
      at = end + 1;
    }
    return values;
  }

  /**
   * All nodes from `top` down, children in ascending order, each before or after what is below it. Keys start with
   * `start` and `top`'s prefix from `from` on. Ends on every file: no more nodes are visited than fit in it.
   */
  *walk(top: IndexNode, start: string, order: 'before' | 'after', from = 0): Generator<Visit> {
    const limit = this.#bytes.length;
    const stack = [{ node: top, key: start + top.prefix.slice(from), next: top.first }];
    if (order === 'before') yield stack[0]!;
    for (let visited = 0; stack.length > 0; ) {
      const place = stack[stack.length - 1]!;
      if (place.next > place.node.last) {
        stack.pop();
        if (order === 'after') yield place;
        continue;
      }
      const edge = place.next++;
      const node = this.child(place.node, edge);
      if (node === undefined) continue;
      if (++visited > limit) this.#fail(node.position, 'a node is its own descendant');
      const below = { node, key: place.key + String.fromCharCode(edge) + node.prefix, next: node.first };
      stack.push(below);
      if (order === 'before') yield below;
    }
  }

  #u8(at: number): number {
    return this.#bytes[at] ?? this.#fail(at, 'the file ends here');
  }

  #stringEnd(at: number): number {
    const end = this.#bytes.indexOf(0, at);
    return end < 0 ? this.#fail(at, 'a string without an end') : end;
  }

  #ascii(start: number, end: number): string {
    for (let at = start; at < end; at++) {
      if (this.#bytes[at]! >= INDEX_CHILDMAX) this.#fail(at, 'a key that is not ASCII');
    }
    return end > start ? this.#bytes.toString('latin1', start, end) : '';
  }

  #fail(offset: number, what: string): never {
    throw new IndexError(this.#fileName, offset, what);
  }
}

import { fnmatch } from '../fnmatch.ts';
import { INDEX_HEADER_SIZE, INDEX_MAGIC, INDEX_VERSION_MAJOR } from './index-format.ts';
import { IndexError, type IndexNode, IndexNodes, type IndexValue } from './index-nodes.ts';

export { IndexError } from './index-nodes.ts';

/** An index that can be asked. Each method raises IndexError where it meets damage. */
export interface IndexFile {
  /** The first value of exactly this key (kmod: `index_search`). */
  search(key: string): string | undefined;
  /** The values of all keys that, as fnmatch(3) patterns, match `key`, by ascending priority (kmod: `index_searchwild`). */
  searchWildcard(key: string): string[];
  /** Every key with each of its values, in the order in which kmod lists them (kmod: `index_dump`). */
  dump(): Iterable<readonly [key: string, value: string]>;
}

const WILDCARDS = ['*', '?', '['] as const;

/**
 * Opens an index for reading; keys and values are byte strings. `fileName` is for messages.
 * Fails with IndexError: no index, or one of another version.
 */
export function openIndex(bytes: Uint8Array, fileName: string): IndexFile {
  const nodes = new IndexNodes(bytes, fileName);
  if (nodes.u32(0) !== INDEX_MAGIC) throw new IndexError(fileName, 0, 'wrong magic');
  if (nodes.u32(4) >>> 16 !== INDEX_VERSION_MAJOR) throw new IndexError(fileName, 4, 'unknown version');
  return new OpenIndex(nodes, nodes.read(nodes.u32(INDEX_HEADER_SIZE - 4)));
}

class OpenIndex implements IndexFile {
  readonly #nodes: IndexNodes;
  readonly #root: IndexNode;

  constructor(nodes: IndexNodes, root: IndexNode) {
    this.#nodes = nodes;
    this.#root = root;
  }

  search(key: string): string | undefined {
    let node: IndexNode | undefined = this.#root;
    let at = 0;
    while (node !== undefined) {
      if (!key.startsWith(node.prefix, at)) return undefined;
      at += node.prefix.length;
      if (at === key.length) return this.#nodes.values(node)[0]?.value;
      node = this.#nodes.child(node, key.charCodeAt(at++));
    }
    return undefined;
  }

  searchWildcard(key: string): string[] {
    const found: IndexValue[] = [];
    let node: IndexNode | undefined = this.#root;
    let at = 0;
    while (node !== undefined) {
      const { prefix }: IndexNode = node;
      const wildcard = prefix.search(/[*?[]/);
      if (!key.startsWith(wildcard < 0 ? prefix : prefix.slice(0, wildcard), at)) break;
      if (wildcard >= 0) {
        this.#subtree(node, '', wildcard, key.slice(at + wildcard), found);
        break;
      }
      at += prefix.length;
      for (const character of WILDCARDS) {
        const child = this.#nodes.child(node, character.charCodeAt(0));
        if (child !== undefined) this.#subtree(child, character, 0, key.slice(at), found);
      }
      if (at === key.length) {
        merge(found, this.#nodes.values(node));
        break;
      }
      node = this.#nodes.child(node, key.charCodeAt(at++));
    }
    return found.map(({ value }) => value);
  }

  *dump(): Generator<readonly [key: string, value: string]> {
    for (const { node, key } of this.#nodes.walk(this.#root, '', 'before')) {
      for (const { value } of this.#nodes.values(node)) yield [key, value];
    }
  }

  /** Matches the rest of the name against each pattern below `top`, whose pattern starts with `start` and its prefix from `from` on. */
  #subtree(top: IndexNode, start: string, from: number, rest: string, found: IndexValue[]): void {
    for (const { node, key } of this.#nodes.walk(top, start, 'after', from)) {
      const values = this.#nodes.values(node);
      if (values.length > 0 && fnmatch(key, rest)) merge(found, values);
    }
  }
}

/** Each goes before the first of its own or a higher priority (kmod: `add_value`). */
function merge(found: IndexValue[], values: readonly IndexValue[]): void {
  for (const value of values) {
    const place = found.findIndex(({ priority }) => priority >= value.priority);
    found.splice(place < 0 ? found.length : place, 0, value);
  }
}

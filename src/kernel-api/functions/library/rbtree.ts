import type { Address } from '../../../memory/address.ts';
import type { AddressSpace } from '../../../memory/address-space.ts';
import { type GuestCall, rowsOf } from '../../kernel-function.ts';

/** `struct rb_node`: the parent with the colour in its lowest bit, right, left. */
const RIGHT = 8;
const LEFT = 16;
const BLACK = 1n;

/** A red-black tree in guest memory; `root` is the address of the root pointer. */
class Tree {
  readonly memory: AddressSpace;
  readonly root: Address;

  constructor(memory: AddressSpace, root: Address) {
    this.memory = memory;
    this.root = root;
  }

  child(node: Address, side: number): Address {
    return node === 0 ? 0 : this.memory.readPointer(node + side);
  }

  parent(node: Address): Address {
    return Number(BigInt.asIntN(64, this.memory.readU64(node) & ~3n));
  }

  isRed(node: Address): boolean {
    return node !== 0 && (this.memory.readU64(node) & BLACK) === 0n;
  }

  setParent(node: Address, parent: Address): void {
    if (node !== 0)
      this.memory.writeU64(node, BigInt.asUintN(64, BigInt(parent)) | (this.memory.readU64(node) & BLACK));
  }

  setColor(node: Address, red: boolean): void {
    if (node !== 0) this.memory.writeU64(node, (this.memory.readU64(node) & ~BLACK) | (red ? 0n : BLACK));
  }

  /** Puts `fresh` where `old` is below its parent. */
  replaceInParent(old: Address, fresh: Address, parent: Address): void {
    if (parent === 0) this.memory.writePointer(this.root, fresh);
    else this.memory.writePointer(parent + (this.child(parent, LEFT) === old ? LEFT : RIGHT), fresh);
  }

  rotate(node: Address, side: number): void {
    const other = LEFT + RIGHT - side;
    const up = this.child(node, other);
    const inner = this.child(up, side);
    const parent = this.parent(node);
    this.memory.writePointer(node + other, inner);
    this.setParent(inner, node);
    this.replaceInParent(node, up, parent);
    this.setParent(up, parent);
    this.memory.writePointer(up + side, node);
    this.setParent(node, up);
  }

  insertColor(start: Address): void {
    let node = start;
    this.setColor(node, true);
    for (let parent = this.parent(node); parent !== 0 && this.isRed(parent); parent = this.parent(node)) {
      const grand = this.parent(parent);
      const side = this.child(grand, LEFT) === parent ? LEFT : RIGHT;
      const other = LEFT + RIGHT - side;
      const uncle = this.child(grand, other);
      if (this.isRed(uncle)) {
        this.setColor(parent, false);
        this.setColor(uncle, false);
        this.setColor(grand, true);
        node = grand;
        continue;
      }
      if (this.child(parent, other) === node) {
        this.rotate(parent, side);
        [node, parent] = [parent, node];
      }
      this.setColor(parent, false);
      this.setColor(grand, true);
      this.rotate(grand, other);
    }
    this.setColor(this.memory.readPointer(this.root), false);
  }

  erase(node: Address): void {
    const [left, right] = [this.child(node, LEFT), this.child(node, RIGHT)];
    if (left !== 0 && right !== 0) {
      this.#eraseInner(node, right);
      return;
    }
    const child = left !== 0 ? left : right;
    const parent = this.parent(node);
    const wasRed = this.isRed(node);
    this.replaceInParent(node, child, parent);
    this.setParent(child, parent);
    if (!wasRed) this.#eraseColor(child, parent);
  }

  #eraseInner(node: Address, right: Address): void {
    let next = right;
    while (this.child(next, LEFT) !== 0) next = this.child(next, LEFT);
    const child = this.child(next, RIGHT);
    const wasRed = this.isRed(next);
    let parent = this.parent(next);
    if (parent === node) parent = next;
    else {
      this.memory.writePointer(parent + LEFT, child);
      this.setParent(child, parent);
      this.memory.writePointer(next + RIGHT, right);
      this.setParent(right, next);
    }
    const left = this.child(node, LEFT);
    this.memory.writePointer(next + LEFT, left);
    this.setParent(left, next);
    this.replaceInParent(node, next, this.parent(node));
    this.memory.writeU64(next, this.memory.readU64(node));
    if (!wasRed) this.#eraseColor(child, parent);
  }

  #eraseColor(start: Address, startParent: Address): void {
    let node = start;
    let parent = startParent;
    while (!this.isRed(node) && parent !== 0) {
      const side = this.child(parent, LEFT) === node ? LEFT : RIGHT;
      const other = LEFT + RIGHT - side;
      let sibling = this.child(parent, other);
      if (this.isRed(sibling)) {
        this.setColor(sibling, false);
        this.setColor(parent, true);
        this.rotate(parent, side);
        sibling = this.child(parent, other);
      }
      if (!this.isRed(this.child(sibling, LEFT)) && !this.isRed(this.child(sibling, RIGHT))) {
        this.setColor(sibling, true);
        node = parent;
        parent = this.parent(node);
        continue;
      }
      if (!this.isRed(this.child(sibling, other))) {
        this.setColor(this.child(sibling, side), false);
        this.setColor(sibling, true);
        this.rotate(sibling, other);
        sibling = this.child(parent, other);
      }
      this.setColor(sibling, this.isRed(parent));
      this.setColor(parent, false);
      this.setColor(this.child(sibling, other), false);
      this.rotate(parent, side);
      break;
    }
    this.setColor(node, false);
  }

  deepest(start: Address, sides: readonly number[]): Address {
    let node = start;
    for (let next = node; next !== 0; ) {
      node = next;
      next = sides.map((side) => this.child(node, side)).find((each) => each !== 0) ?? 0;
    }
    return node;
  }

  /** `rb_next` with LEFT and RIGHT, `rb_prev` with them the other way round. */
  neighbour(start: Address, near: number, far: number): Address {
    if (this.parent(start) === start) return 0;
    const down = this.child(start, far);
    if (down !== 0) return this.deepest(down, [near]);
    let node = start;
    for (let parent = this.parent(node); parent !== 0; parent = this.parent(node)) {
      if (this.child(parent, near) === node) return parent;
      node = parent;
    }
    return 0;
  }
}

const treeAt = (call: GuestCall, index: number): Tree => new Tree(call.memory, call.pointer(index));

function nextPostorder(call: GuestCall): Address {
  const node = call.pointer(0);
  if (node === 0) return 0;
  const tree = new Tree(call.memory, 0);
  const parent = tree.parent(node);
  const sibling = tree.child(parent, RIGHT);
  if (parent !== 0 && tree.child(parent, LEFT) === node && sibling !== 0) return tree.deepest(sibling, [LEFT, RIGHT]);
  return parent;
}

function replaceNode(call: GuestCall): void {
  const [victim, fresh] = [call.pointer(0), call.pointer(1)];
  const tree = treeAt(call, 2);
  call.memory.view(fresh, 24, 'write').set(call.memory.view(victim, 24, 'read'));
  for (const side of [LEFT, RIGHT]) tree.setParent(tree.child(victim, side), fresh);
  tree.replaceInParent(victim, fresh, tree.parent(victim));
}

const first = (side: number) => (call: GuestCall) => {
  const root = call.memory.readPointer(call.pointer(0));
  return root === 0 ? 0 : treeAt(call, 0).deepest(root, [side]);
};

/** Red-black trees: lib/rbtree.c. */
export const rbtreeFunctions = () =>
  rowsOf('lib/rbtree.c', [
    [
      'void rb_insert_color(struct rb_node *node, struct rb_root *root)',
      (call) => treeAt(call, 1).insertColor(call.pointer(0)),
    ],
    ['void rb_erase(struct rb_node *node, struct rb_root *root)', (call) => treeAt(call, 1).erase(call.pointer(0))],
    ['struct rb_node *rb_first(const struct rb_root *root)', first(LEFT)],
    ['struct rb_node *rb_last(const struct rb_root *root)', first(RIGHT)],
    [
      'struct rb_node *rb_next(const struct rb_node *node)',
      (call) => new Tree(call.memory, 0).neighbour(call.pointer(0), LEFT, RIGHT),
    ],
    [
      'struct rb_node *rb_prev(const struct rb_node *node)',
      (call) => new Tree(call.memory, 0).neighbour(call.pointer(0), RIGHT, LEFT),
    ],
    ['void rb_replace_node(struct rb_node *victim, struct rb_node *new, struct rb_root *root)', replaceNode],
    ['struct rb_node *rb_next_postorder(const struct rb_node *node)', nextPostorder],
    [
      'struct rb_node *rb_first_postorder(const struct rb_root *root)',
      (call) => {
        const root = call.memory.readPointer(call.pointer(0));
        return root === 0 ? 0 : treeAt(call, 0).deepest(root, [LEFT, RIGHT]);
      },
    ],
  ]);

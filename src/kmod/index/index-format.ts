/**
 * kmod's binary index files: a trie of 7-bit keys, all integers big-endian (libkmod/libkmod-index.h).
 *
 *     file   = magic, version, root's node offset, nodes
 *     node   = [prefix, NUL] [first u8, last u8, node offset of each child or 0] [count u32, count × (priority u32, value, NUL)]
 *     offset = position in the low 28 bits, and which of the three parts the node has
 */
export const INDEX_MAGIC = 0xb007f457;
/** The version that kmod and kobox read and write. */
export const INDEX_VERSION_MAJOR = 2;
export const INDEX_VERSION_MINOR = 1;
/** Bytes before the first node. */
export const INDEX_HEADER_SIZE = 12;

/** The parts of a node's offset: which of the three it has, and its position. */
export const INDEX_NODE = {
  PREFIX: 0x8000_0000,
  VALUES: 0x4000_0000,
  CHILDS: 0x2000_0000,
  POSITION: 0x0fff_ffff,
} as const;

/** Keys are made of characters below this one. */
export const INDEX_CHILDMAX = 128;

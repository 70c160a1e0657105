/** Bits of a file's mode. Source: include/uapi/linux/stat.h, include/linux/stat.h. */
export const S_IFMT = 0o170000;

/** A character device. */
export const S_IFCHR = 0o020000;

/** A block device. */
export const S_IFBLK = 0o060000;

/** A directory. */
export const S_IFDIR = 0o040000;

/** A symbolic link. */
export const S_IFLNK = 0o120000;

/** A regular file. */
export const S_IFREG = 0o100000;

/** All bits but those of the type. */
export const S_IALLUGO = 0o7777;

/** Any of the read bits. */
export const S_IRUGO = 0o444;

/** Any of the write bits. */
export const S_IWUGO = 0o222;

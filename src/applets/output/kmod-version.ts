/** What `--version` says in kmod style: the kmod whose options are understood, and the compressions that are. */
export const KMOD_VERSION = 'kmod version 30\n+ZSTD +XZ -ZLIB +LIBCRYPTO -EXPERIMENTAL\n';

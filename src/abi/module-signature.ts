/** What ends a signed module: `MODULE_SIG_STRING`. Source: include/linux/module_signature.h, for all here. */
export const MODULE_SIG_STRING = '~Module signature appended~\n';

/** `sizeof(struct module_signature)`: algo, hash, id_type, signer_len, key_id_len, three of padding, sig_len (big-endian). */
export const MODULE_SIGNATURE_SIZE = 12;

/** `PKEY_ID_PKCS7`: `id_type` of a signature in PKCS#7. */
export const PKEY_ID_PKCS7 = 2;

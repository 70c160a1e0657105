import type { RegistrationPair } from './registration-pairs.ts';

/** Ciphers, hashes and their like. */
export const cryptoPairs: readonly RegistrationPair[] = [
  [
    'crypto/algapi.c',
    'alg',
    'int crypto_register_alg(struct crypto_alg *alg)',
    'void crypto_unregister_alg(struct crypto_alg *alg)',
  ],
  [
    'crypto/algapi.c',
    'algs',
    'int crypto_register_algs(struct crypto_alg *algs, int count)',
    'void crypto_unregister_algs(struct crypto_alg *algs, int count)',
  ],
  [
    'crypto/algapi.c',
    'template',
    'int crypto_register_template(struct crypto_template *tmpl)',
    'void crypto_unregister_template(struct crypto_template *tmpl)',
  ],
  [
    'crypto/algapi.c',
    'templates',
    'int crypto_register_templates(struct crypto_template *tmpls, int count)',
    'void crypto_unregister_templates(struct crypto_template *tmpls, int count)',
  ],
  [
    'crypto/ahash.c',
    'ahash',
    'int crypto_register_ahash(struct ahash_alg *alg)',
    'void crypto_unregister_ahash(struct ahash_alg *alg)',
  ],
  [
    'crypto/skcipher.c',
    'skcipher',
    'int crypto_register_skcipher(struct skcipher_alg *alg)',
    'void crypto_unregister_skcipher(struct skcipher_alg *alg)',
  ],
  [
    'crypto/skcipher.c',
    'skciphers',
    'int crypto_register_skciphers(struct skcipher_alg *algs, int count)',
    'void crypto_unregister_skciphers(struct skcipher_alg *algs, int count)',
  ],
  [
    'crypto/aead.c',
    'aead',
    'int crypto_register_aead(struct aead_alg *alg)',
    'void crypto_unregister_aead(struct aead_alg *alg)',
  ],
  [
    'crypto/aead.c',
    'aeads',
    'int crypto_register_aeads(struct aead_alg *algs, int count)',
    'void crypto_unregister_aeads(struct aead_alg *algs, int count)',
  ],
  [
    'crypto/rng.c',
    'rngs',
    'int crypto_register_rngs(struct rng_alg *algs, int count)',
    'void crypto_unregister_rngs(struct rng_alg *algs, int count)',
  ],
  [
    'crypto/scompress.c',
    'scomp',
    'int crypto_register_scomp(struct scomp_alg *alg)',
    'int crypto_unregister_scomp(struct scomp_alg *alg)',
  ],
  [
    'crypto/kpp.c',
    'kpp',
    'int crypto_register_kpp(struct kpp_alg *alg)',
    'void crypto_unregister_kpp(struct kpp_alg *alg)',
  ],
  [
    'crypto/akcipher.c',
    'akcipher',
    'int crypto_register_akcipher(struct akcipher_alg *alg)',
    'void crypto_unregister_akcipher(struct akcipher_alg *alg)',
  ],
];

import { renameSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { openSigner } from '../host/module-signer.ts';
import { KernelError } from '../kernel/kernel-error.ts';
import { type ModuleSigner, SIGNING_DIGESTS, signModule } from '../signature/sign-module.ts';
import type { Applet, AppletContext } from './applet.ts';
import { type CommandLine, helpText, parseWords } from './getopt.ts';
import { InputError } from './input-error.ts';
import { requireFile } from './require-file.ts';

const LINE: CommandLine = {
  name: 'sign',
  usage: '[-h] DIGEST KEY CERTIFICATE MODULE [DEST]',
  summary: `Sign a module as the kernel's scripts/sign-file does. DIGEST: ${SIGNING_DIGESTS.join(', ')}. KEY: a private key (PEM), CERTIFICATE: its certificate (PEM or DER). Without DEST the module itself is signed.`,
  rows: [{ short: 'h', long: 'help', help: 'show this help' }],
};

/** `sign DIGEST KEY CERTIFICATE MODULE [DEST]`: scripts/sign-file.c. */
export const sign: Applet = {
  name: 'sign',
  summary: 'sign a module as scripts/sign-file does',
  async run(context) {
    const words = parseWords(LINE, context.argv);
    if ('error' in words) throw new InputError(words.error);
    if (words.options['help']) {
      context.stdout.write(await helpText(LINE));
      return 0;
    }
    return signFile(context, words.operands);
  },
};

function signFile(context: AppletContext, operands: readonly string[]): number {
  const [digest = '', key, certificate, module, destination = module] = operands;
  if (
    key === undefined ||
    certificate === undefined ||
    module === undefined ||
    destination === undefined ||
    operands.length > 5
  ) {
    throw new InputError('usage: sign DIGEST KEY CERTIFICATE MODULE [DEST]');
  }
  if (!SIGNING_DIGESTS.includes(digest)) {
    throw new InputError(`'${digest}' is no digest to sign with; choose from ${SIGNING_DIGESTS.join(', ')}`);
  }
  const signer = readSigner(context, digest, key, certificate);
  const signed = signModule(requireFile(context, module), signer);
  const path = resolve(context.cwd, destination);
  writeFileSync(`${path}.signing`, signed, { flush: true });
  renameSync(`${path}.signing`, path);
  return 0;
}

function readSigner(context: AppletContext, digest: string, key: string, certificate: string): ModuleSigner {
  const keyBytes = requireFile(context, key);
  const certificateBytes = requireFile(context, certificate);
  try {
    return openSigner(digest, keyBytes, certificateBytes);
  } catch (error) {
    const file = error instanceof KernelError ? certificate : key;
    throw new InputError(`${file}: not a ${file === key ? 'private key in PEM form' : 'certificate'}`);
  }
}

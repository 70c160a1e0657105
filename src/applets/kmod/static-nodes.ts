import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { errnoNumber, strerror } from '../../abi/errno.ts';
import { isErrnoException } from '../../host/errno-exception.ts';
import { absolutePath, hostPath, readByteString } from '../../kmod/files.ts';
import type { AppletContext } from '../applet.ts';
import { flag, getoptLong, type OptionTable, valued } from '../command-line/getopt-long.ts';
import { moduleDirectory } from '../machine/module-directory.ts';
import { runningRelease } from '../machine/running-release.ts';
import { toByteString, writeByteString } from '../output/byte-string.ts';

/** A line of modules.devname. */
interface DeviceNode {
  readonly module: string;
  /** Below /dev. */
  readonly name: string;
  readonly type: 'c' | 'b';
  readonly major: string;
  readonly minor: string;
}

const FORMATS: Readonly<Record<string, { readonly summary: string; readonly text: (node: DeviceNode) => string }>> = {
  human: {
    summary: 'for people (the default)',
    text: ({ module, name, type, major, minor }) =>
      `Module: ${module}\n\tDevice node: /dev/${name}\n\t\tType: ${type === 'c' ? 'character' : 'block'} device\n` +
      `\t\tMajor: ${major}\n\t\tMinor: ${minor}\n`,
  },
  tmpfiles: {
    summary: 'tmpfiles.d(5)',
    text: ({ name, type, major, minor }) => {
      const directory = name.includes('/') ? `d /dev/${name.slice(0, name.lastIndexOf('/'))} 0755 - - -\n` : '';
      return `${directory}${type}! /dev/${name} 0600 - - - ${major}:${minor}\n`;
    },
  },
  devname: {
    summary: 'as in modules.devname',
    text: ({ module, name, type, major, minor }) => `${module} ${name} ${type}${major}:${minor}\n`,
  },
};

const OPTIONS: OptionTable = {
  short: 'o:f:h',
  long: [valued('output', 'o'), valued('format', 'f'), flag('help', 'h')],
};

const HELP = `Usage:
	kmod static-nodes [options]

Lists the device nodes of the running kernel whose modules are loaded on demand.

Options:
	-f, --format FORMAT  one of the formats below
	-o, --output FILE    write there, not to standard output
	-h, --help           show this help

Formats:
${Object.entries(FORMATS)
  .map(([name, { summary }]) => `\t${name.padEnd(12)} ${summary}\n`)
  .join('')}`;

const NODE = /^\s*(\S+)\s+(\S+)\s+([cb])\s*([+-]?\d+):\s*([+-]?\d+)/;

/** `kmod static-nodes` (kmod: tools/static-nodes.c). Its exit status. */
export function staticNodes(context: AppletContext, words: readonly string[]): number {
  const { options } = getoptLong(words.map(toByteString), OPTIONS);
  let format = FORMATS['human']!;
  let output: string | undefined;
  for (const option of options) {
    if ('message' in option) return fail(context, `static-nodes: ${option.message}\n`);
    if (option.id === 'h') return help(context, 0);
    if (option.id === 'o') output = option.value;
    else if (Object.hasOwn(FORMATS, option.value)) format = FORMATS[option.value]!;
    else {
      fail(context, `Unknown format: '${option.value}'.\n`);
      return help(context, 1);
    }
  }
  return writeNodes(context, format.text, output);
}

function fail(context: AppletContext, text: string): number {
  writeByteString(context.stderr, text);
  return 1;
}

function help(context: AppletContext, status: number): number {
  context.stdout.write(HELP);
  return status;
}

function writeNodes(context: AppletContext, format: (node: DeviceNode) => string, output: string | undefined): number {
  const root = toByteString(context.options.root);
  const path = `${moduleDirectory(root, runningRelease(root), '/')}/modules.devname`;
  const contents = readByteString(path);
  if (contents === undefined) {
    fail(context, `Warning: ${path} not found - ignoring\n`);
    return 0;
  }
  let text = '';
  let status = 0;
  for (const line of contents.split(/(?<=\n)/)) {
    if (line.startsWith('#')) continue;
    const [, module = '', name = '', type, major = '', minor = ''] = NODE.exec(line) ?? [];
    if (type === 'c' || type === 'b') text += format({ module, name, type, major, minor });
    else status = fail(context, `Error: invalid devname entry: ${line}`);
  }
  if (output === undefined) writeByteString(context.stdout, text);
  else if (!writeFile(context, absolutePath(output, toByteString(context.cwd)), output, text)) return 1;
  return status;
}

function writeFile(context: AppletContext, path: string, shown: string, text: string): boolean {
  try {
    mkdirSync(hostPath(dirname(path)), { recursive: true });
    writeFileSync(hostPath(path), Buffer.from(text, 'latin1'));
    return true;
  } catch (error) {
    if (!isErrnoException(error)) throw error;
    fail(context, `Error: could not create ${shown} - ${strerror(errnoNumber(error.code))}\n`);
    return false;
  }
}

import { errnoNumber, strerror } from '../../abi/errno.ts';
import { emptyConfig } from '../../kmod/config/config.ts';
import { parseKernelCommandLine } from '../../kmod/config/config-kernel-command-line.ts';
import { parseConfig } from '../../kmod/config/config-parse.ts';
import { readByteString, statOf } from '../../kmod/files.ts';
import { IndexError } from '../../kmod/index/index-file.ts';
import { KmodContext, type KmodModule } from '../../kmod/kmod-module.ts';
import { lookupAlias, lookupName } from '../../kmod/lookup.ts';
import { ModinfoError } from '../../kmod/modinfo/modinfo.ts';
import type { ModinfoField } from '../../kmod/modinfo/modinfo-field.ts';
import { labelled, parameterFieldText, parameterInfos, parameterText } from '../../kmod/modinfo/modinfo-text.ts';
import { ModuleTree } from '../../kmod/module-tree.ts';
import type { AppletContext } from '../applet.ts';
import { getoptLong } from '../command-line/getopt-long.ts';
import { moduleDirectory } from '../machine/module-directory.ts';
import { runningRelease } from '../machine/running-release.ts';
import { BufferedOutput } from '../output/buffered-output.ts';
import { toByteString } from '../output/byte-string.ts';
import { KmodLog, LOG, ToolExit } from '../output/kmod-log.ts';
import { KMOD_VERSION } from '../output/kmod-version.ts';
import { type ModinfoSettings, modinfoHelp, OPTIONS, SETTERS } from './kmod-options.ts';
import { moduleInfo } from './module-info.ts';
import type { ModinfoStyle } from './style.ts';

/** modinfo as kmod has it (kmod: tools/modinfo.c). */
export const kmodModinfo: ModinfoStyle = async (applet) => {
  const run = new KmodModinfo(applet);
  try {
    return await run.run();
  } catch (error) {
    if (error instanceof ToolExit) return error.status;
    if (error instanceof ModinfoError && error.assertion !== undefined) return run.abort(error.assertion);
    if (!(error instanceof IndexError)) throw error;
    run.log.bare(`ERROR: ${toByteString(error.message)}`);
    return 1;
  } finally {
    run.stdout.flush();
  }
};

const SIGABRT = 6;
const MODULE_FILE = /.\.ko(?:\.gz|\.xz|\.zst)?$/s;

/** One module as `--json` shows it. */
interface JsonModule {
  readonly name: string;
  readonly filename: string;
  readonly fields: Readonly<Record<string, readonly string[]>>;
  readonly parameters: readonly unknown[];
}

class KmodModinfo {
  readonly #applet: AppletContext;
  readonly stdout: BufferedOutput;
  readonly log: KmodLog;
  readonly #settings: ModinfoSettings = {
    field: undefined,
    separator: '\n',
    byName: false,
    release: undefined,
    basedir: undefined,
    json: false,
  };
  readonly #json: JsonModule[] = [];

  constructor(applet: AppletContext) {
    this.#applet = applet;
    this.stdout = new BufferedOutput(applet.stdout);
    this.log = new KmodLog(applet.name, applet.stderr, applet.env['KMOD_LOG']);
  }

  async run(): Promise<number> {
    const { options, operands } = getoptLong(this.#applet.argv.map(toByteString), OPTIONS);
    for (const option of options) {
      if ('message' in option) this.log.bare(option.message, this.#applet.calledAs);
      if (option.id === 'h') this.stdout.print(modinfoHelp(this.#applet.name));
      if (option.id === 'V') this.stdout.print(KMOD_VERSION);
      if (!Object.hasOwn(SETTERS, option.id)) return 'message' in option ? 1 : 0;
      Object.assign(this.#settings, SETTERS[option.id]!('value' in option ? option.value : ''));
    }
    if (operands.length === 0) this.#fail('missing module or filename.');
    const status = await this.#operands(operands);
    if (this.#settings.json) this.stdout.print(`${JSON.stringify(this.#json, undefined, 2)}\n`);
    return status;
  }

  async #operands(operands: readonly string[]): Promise<number> {
    const context = this.#newContext();
    let status = 0;
    for (const word of operands) {
      const modules = this.#find(context, word);
      if (modules.length === 0) status = 1;
      for (const module of modules) {
        if (!(await this.#show(context, module))) status = 1;
      }
    }
    return status;
  }

  /** abort(3) after a failed assertion of libkmod: what stdio still holds is lost. Gives a shell's exit status for SIGABRT. */
  abort(assertion: string): number {
    this.stdout.discard();
    this.log.bare(`../libkmod/libkmod-elf.c:${assertion}`);
    return 128 + SIGABRT;
  }

  #fail(text: string): never {
    this.log.say(LOG.ERR, text);
    throw new ToolExit(1);
  }

  /** kmod reads no modprobe.d here, but modules.softdep, modules.weakdep and the kernel command line all the same. */
  #newContext(): KmodContext {
    const cwd = toByteString(this.#applet.cwd);
    const root = toByteString(this.#applet.options.root);
    const { release, basedir } = this.#settings;
    const directory = moduleDirectory(basedir ?? root, release ?? runningRelease(root), cwd);
    const config = emptyConfig();
    for (const name of ['modules.softdep', 'modules.weakdep']) {
      const path = `${directory}/${name}`;
      parseConfig(config, readByteString(path) ?? '', path, this.log.library);
    }
    parseKernelCommandLine(config, readByteString(`${root}/proc/cmdline`) ?? '', this.log.library);
    return new KmodContext(new ModuleTree(directory), config, this.log.library, cwd);
  }

  /** The modules of an operand; none after a message. */
  #find(context: KmodContext, word: string): readonly KmodModule[] {
    if (this.#settings.byName) {
      const module = lookupName(context, word);
      if (module === undefined) this.log.say(LOG.ERR, `Module name ${word} not found.`);
      return module === undefined ? [] : [module];
    }
    const file = MODULE_FILE.test(word) && isFile(word, context.cwd) ? context.fromPath(word) : undefined;
    if (file !== undefined) return [file];
    const modules = lookupAlias(context, word);
    if (modules === undefined) this.log.say(LOG.ERR, `Module alias ${word} not found.`);
    else if (modules.length === 0) this.log.say(LOG.ERR, `Module ${word} not found.`);
    return modules ?? [];
  }

  /** Shows one module; false after a message. */
  async #show(context: KmodContext, module: KmodModule): Promise<boolean> {
    const { field, json } = this.#settings;
    const path = context.path(module);
    const filename = path ?? '(builtin)';
    if (!json) this.#showHead(module, filename, path === undefined);
    if (!json && field === 'filename') return true;
    try {
      const fields = await moduleInfo(context, module);
      if (json) this.#json.push(this.#jsonOf(module, filename, fields));
      else if (field === undefined) this.#showAll(fields);
      else this.#showField(field, fields);
      return true;
    } catch (error) {
      if (!(error instanceof ModinfoError) || error.assertion !== undefined) throw error;
      if (path === undefined && error.errno === 'ENOENT') return true;
      const why = strerror(errnoNumber(error.errno));
      this.log.say(LOG.ERR, `could not get modinfo from '${module.name}': ${why}`);
      return false;
    }
  }

  #showHead(module: KmodModule, filename: string, isBuiltin: boolean): void {
    const { field } = this.#settings;
    if (isBuiltin && field === undefined) this.#print(labelled('name', module.name));
    if (isBuiltin && field === 'name') this.#print(module.name);
    if (field === undefined) this.#print(labelled('filename', filename));
    if (field === 'filename') this.#print(filename);
  }

  #showField(field: string, fields: Iterable<ModinfoField>): void {
    if (field === 'parm') {
      for (const info of this.#parameters(fields)) this.#print(parameterFieldText(info));
      return;
    }
    for (const [key, value] of fields) if (key === field) this.#print(value);
  }

  #showAll(fields: Iterable<ModinfoField>): void {
    const isNul = this.#settings.separator === '\0';
    for (const [key, value] of fields) {
      if (key === 'parm' || key === 'parmtype') continue;
      this.#print(isNul ? `${key}=${value}` : labelled(key, value));
    }
    for (const info of this.#parameters(fields)) this.#print(labelled('parm', parameterText(info)));
  }

  #parameters(fields: Iterable<ModinfoField>) {
    return parameterInfos(fields, (key, value) => {
      this.log.say(LOG.ERR, `Found invalid "${key}=${value}": missing ':'`);
    });
  }

  #jsonOf(module: KmodModule, filename: string, fields: Iterable<ModinfoField>): JsonModule {
    const byKey: Record<string, string[]> = Object.create(null);
    for (const [key, value] of fields) {
      if (key === 'parm' || key === 'parmtype') continue;
      byKey[key] ??= [];
      byKey[key].push(value);
    }
    return { name: module.name, filename, fields: byKey, parameters: this.#parameters(fields) };
  }

  #print(text: string): void {
    this.stdout.print(text + this.#settings.separator);
  }
}

function isFile(path: string, cwd: string): boolean {
  return statOf(path.startsWith('/') ? path : `${cwd}/${path}`)?.isFile() === true;
}

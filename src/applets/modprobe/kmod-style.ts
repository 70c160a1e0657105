import { defaultConfigPaths } from '../../kmod/config/config-files.ts';
import { loadConfig } from '../../kmod/config/config-load.ts';
import { IndexError } from '../../kmod/index/index-file.ts';
import { KmodContext } from '../../kmod/kmod-module.ts';
import { ModuleTree } from '../../kmod/module-tree.ts';
import type { ProbeSession } from '../../kmod/probe/probe-session.ts';
import type { Run } from '../../kmod/probe/requests.ts';
import { type CommandRunner, runShellCommand } from '../../kmod/probe/run-shell-command.ts';
import type { AppletContext } from '../applet.ts';
import { getoptLong } from '../command-line/getopt-long.ts';
import { moduleDirectory } from '../machine/module-directory.ts';
import { runningRelease } from '../machine/running-release.ts';
import { BufferedOutput } from '../output/buffered-output.ts';
import { toByteString } from '../output/byte-string.ts';
import { KmodLog, LOG, ToolExit } from '../output/kmod-log.ts';
import { KMOD_VERSION } from '../output/kmod-version.ts';
import { systemLog } from '../output/system-log.ts';
import { wordsOfEnvironment } from './arguments.ts';
import { modprobeHelp } from './help.ts';
import { KmodRun } from './kmod-run.ts';
import type { Machine } from './machine-view.ts';
import { defaultSettings, type ModprobeSettings, OPTIONS, SETTERS } from './settings.ts';
import { showConfig, showConfigJson } from './show-config.ts';
import { showVersions } from './show-versions.ts';

/** Commands that run each other deeper than this are going round in circles. */
const MAX_DEPTH = 50;

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * modprobe as kmod has it, as one run: its exit status. Commands of the configuration that are modprobe themselves
 * are further such runs on the same machine (kmod: tools/modprobe.c).
 */
export class KmodModprobe {
  readonly #applet: AppletContext;
  readonly #machine: Machine;
  readonly #depth: number;
  readonly #environment: Environment;
  readonly #stdout: BufferedOutput;
  readonly #log: KmodLog;

  constructor(applet: AppletContext, machine: Machine, environment: Environment = applet.env, depth = 0) {
    this.#applet = applet;
    this.#machine = machine;
    this.#depth = depth;
    this.#environment = environment;
    this.#stdout = new BufferedOutput(applet.stdout);
    this.#log = new KmodLog(applet.name, applet.stderr, environment['KMOD_LOG']);
  }

  /** `words`: the command line behind the name, byte strings. Raises nothing for what users can do wrong. */
  *run(words: readonly string[]): Run {
    try {
      return yield* this.#run(words);
    } catch (error) {
      if (error instanceof ToolExit) return error.status;
      if (!(error instanceof IndexError)) throw error;
      this.#log.bare(`ERROR: ${toByteString(error.message)}`);
      return 1;
    } finally {
      this.#stdout.flush();
    }
  }

  *#run(words: readonly string[]): Run {
    const options = this.#environment['MODPROBE_OPTIONS'];
    const all = [...(options === undefined ? [] : wordsOfEnvironment(toByteString(options))), ...words];
    const { options: found, operands } = getoptLong(all, OPTIONS);
    const settings = defaultSettings();
    for (const option of found) {
      if ('message' in option) {
        this.#log.bare(option.message, this.#applet.calledAs);
        return 1;
      }
      const status = this.#take(settings, option.id, option.value);
      if (status !== undefined) return status;
    }
    if (settings.syslog) this.#log.useSyslog(systemLog(toByteString(this.#applet.options.root)));
    if (settings.listing === undefined || settings.listing !== 'config') {
      if (operands.length === 0) this.#fail('missing parameters. See -h.');
    }
    const error = yield* this.#act(settings, operands);
    return error < 0 ? 1 : 0;
  }

  /** Takes in one option; an exit status: all is said. */
  #take(settings: ModprobeSettings, id: string, value: string): number | undefined {
    if (id === 'V') this.#stdout.print(KMOD_VERSION);
    else if (id === 'h') this.#stdout.print(modprobeHelp(this.#applet.name));
    else {
      const complaint = SETTERS[id]?.(settings, value);
      if (complaint !== undefined) this.#fail(complaint);
      return undefined;
    }
    return 0;
  }

  #fail(text: string): never {
    this.#log.say(LOG.ERR, text);
    throw new ToolExit(1);
  }

  *#act(settings: ModprobeSettings, operands: readonly string[]): Run {
    const context = this.#newContext(settings);
    this.#log.setUp(settings.verbose);
    const session = this.#newSession(context, settings);
    const run = new KmodRun(settings, session, this.#log, this.#stdout);
    if (settings.listing === 'config') {
      (settings.json ? showConfigJson : showConfig)(context, this.#stdout);
      return 0;
    }
    if (settings.listing === undefined) {
      if (!settings.dryRun && !settings.lookupOnly) yield { kind: 'begin' };
      return yield* run.operands(operands);
    }
    const path = operands[0]!;
    return yield* showVersions(context, path, settings.listing, this.#stdout, {
      images: this.#machine.images,
      say: (text) => run.say(text),
    });
  }

  #newContext(settings: ModprobeSettings): KmodContext {
    const cwd = toByteString(this.#applet.cwd);
    const root = toByteString(this.#applet.options.root);
    const release = settings.release ?? runningRelease(root);
    const directory = moduleDirectory(settings.dirname ?? root, release, cwd);
    const paths = settings.configPaths.length > 0 ? settings.configPaths : defaultConfigPaths(root, 'modprobe.d');
    const sources = { paths, moduleDirectory: directory, commandLine: `${root}/proc/cmdline` };
    const config = loadConfig(sources, this.#log.library);
    return new KmodContext(new ModuleTree(directory), config, this.#log.library, cwd);
  }

  #newSession(context: KmodContext, settings: ModprobeSettings): ProbeSession {
    const runner = this.#newRunner(settings);
    return {
      context,
      kernel: () => this.#machine.kernel,
      runCommand: (command, module) => runShellCommand(command, runner, { MODPROBE_MODULE: module.name }),
      masked: (module, { place }) =>
        this.#log.say(LOG.ERR, `module '${module.name}' is masked by ${place.file} line ${place.line}`),
    };
  }

  #newRunner(settings: ModprobeSettings): CommandRunner {
    const options = [this.#environment['MODPROBE_OPTIONS'], ...settings.passedOn].filter((word) => word !== undefined);
    const environment = {
      ...this.#environment,
      ...(options.length > 0 && { MODPROBE_OPTIONS: options.join(' ') }),
    };
    return {
      environment,
      allowCommands: this.#applet.options.allowCommands,
      modprobe: (words, more) => this.#nested(words, { ...environment, ...more }),
      refuse: (command) => this.#log.say(LOG.WARNING, `not run without --allow-commands: '${command}'`),
    };
  }

  *#nested(words: readonly string[], environment: Environment): Run {
    if (this.#depth >= MAX_DEPTH) this.#fail('install and remove commands run each other without end');
    return yield* new KmodModprobe(this.#applet, this.#machine, environment, this.#depth + 1).run(words);
  }
}

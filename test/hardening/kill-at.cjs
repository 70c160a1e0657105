/**
 * Preloaded into a command under test: kills the process with SIGKILL just before its KILL_AT-th change of the file
 * system. With KILL_AT=0 it only counts; the count goes to the file KILL_COUNT. With FAIL_WITH=ERRNO nobody is killed: that
 * change and all later ones that need room fail with this error.
 */
'use strict';
const fs = require('node:fs');

const CHANGES = [
  'appendFileSync',
  'chmodSync',
  'copyFileSync',
  'fdatasyncSync',
  'fsyncSync',
  'ftruncateSync',
  'linkSync',
  'mkdirSync',
  'mkdtempSync',
  'renameSync',
  'rmSync',
  'rmdirSync',
  'symlinkSync',
  'truncateSync',
  'unlinkSync',
  'utimesSync',
  'writeFileSync',
  'writeSync',
  'writevSync',
];

const killAt = Number(process.env.KILL_AT);
const failWith = process.env.FAIL_WITH;
const writeCount = fs.writeFileSync;
let count = 0;

for (const name of CHANGES) {
  const original = fs[name];
  fs[name] = function (...args) {
    if (isOutput(name, args[0])) return original.apply(this, args);
    count++;
    if (failWith && killAt > 0 && count >= killAt && !FREEING.has(name)) throw failure(name, args[0]);
    if (!failWith && count === killAt) process.kill(process.pid, 'SIGKILL');
    return original.apply(this, args);
  };
}

/** What no full disk forbids. */
const FREEING = new Set(['fsyncSync', 'fdatasyncSync', 'rmSync', 'rmdirSync', 'unlinkSync', 'chmodSync', 'utimesSync']);

/** As node words it: a path is told where one was given. */
function failure(name, target) {
  const syscall = name.replace(/(?:File)?Sync$/, '');
  const path = typeof target === 'number' ? {} : { path: String(target) };
  return Object.assign(new Error(`${failWith}: as the test wants it, ${syscall}`), {
    code: failWith,
    syscall,
    ...path,
  });
}

/** Writing to the terminal or a pipe changes no file. */
function isOutput(name, target) {
  return name.startsWith('write') && (target === 1 || target === 2);
}

if (killAt === 0) process.on('exit', () => writeCount(process.env.KILL_COUNT, String(count)));

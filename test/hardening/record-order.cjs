/**
 * Preloaded into a command under test: writes the order in which it changes the file system to the file ORDER_TO, one
 * JSON array a line: what was done, and the paths that it was done to.
 */
'use strict';
const fs = require('node:fs');
const { resolve } = require('node:path');

const write = fs.writeFileSync;
const paths = new Map();
const events = [];
const name = (path) => (typeof path === 'number' ? paths.get(path) : resolve(String(path)));

/** Function → what the event is called. */
const CHANGES = {
  writeFileSync: 'write',
  appendFileSync: 'write',
  copyFileSync: 'copy',
  writeSync: 'write',
  writevSync: 'write',
  ftruncateSync: 'write',
  truncateSync: 'write',
  fsyncSync: 'sync',
  fdatasyncSync: 'sync',
  renameSync: 'rename',
  linkSync: 'rename',
  symlinkSync: 'symlink',
  unlinkSync: 'remove',
  rmSync: 'remove',
};

for (const [method, event] of Object.entries(CHANGES)) {
  const original = fs[method];
  fs[method] = function (...args) {
    const result = original.apply(this, args);
    const flushes = method === 'writeFileSync' && args[2]?.flush;
    if (typeof args[0] !== 'number' || paths.has(args[0]))
      events.push([event, name(args[0]), event === 'rename' || event === 'copy' ? name(args[1]) : undefined]);
    if (flushes) events.push(['sync', name(args[0])]);
    return result;
  };
}

/** Done when the callback is called. */
for (const method of ['fsync', 'fdatasync']) {
  const original = fs[method];
  fs[method] = function (descriptor, done) {
    return original.call(this, descriptor, (...answer) => {
      events.push(['sync', paths.get(descriptor)]);
      done(...answer);
    });
  };
}

const open = fs.openSync;
fs.openSync = function (path, flags, ...rest) {
  const descriptor = open.call(this, path, flags, ...rest);
  paths.set(descriptor, resolve(String(path)));
  const isWritten = typeof flags === 'string' ? /[wa+]/.test(flags) : (flags & 3) !== 0;
  if (isWritten) events.push(['write', resolve(String(path))]);
  return descriptor;
};

process.on('exit', () => write(process.env.ORDER_TO, events.map((event) => `${JSON.stringify(event)}\n`).join('')));

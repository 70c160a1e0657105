/** Preloaded into a command: its peak memory in KiB and the processors' time in seconds go to the file MEASURE_TO. */
'use strict';
const { writeFileSync } = require('node:fs');

process.on('exit', () => {
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
  writeFileSync(process.env.MEASURE_TO, `${maxRSS} ${(userCPUTime + systemCPUTime) / 1e6}`);
});

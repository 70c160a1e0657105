import { surveyX8664 } from '../../cpu/x86-64/survey.ts';
import { KernelCode, type MakeKernelCode } from '../../kernel-api/kernel-text/kernel-code.ts';

/** Runs pure functions from the code of x86-64 kernels. A file of its own: only commands on such a profile load it. */
export const kernelCode: MakeKernelCode = (profile, tables, isModelled) =>
  new KernelCode(profile, surveyX8664, tables, isModelled);

/* SPDX-License-Identifier: MIT */
int math_add(int a, int b);
int math_sub(int a, int b);
int math_mul(int a, int b);

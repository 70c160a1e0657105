import { rowsOf } from '../../kernel-function.ts';

/** `AE_NOT_FOUND`, include/acpi/acexcep.h. */
const NOT_FOUND = 5;

/** The firmware: a machine without ACPI tables. */
export const acpiFunctions = () => [
  ...rowsOf('drivers/acpi/acpica/tbxface.c', [
    [
      'acpi_status acpi_get_table(char *signature, u32 instance, struct acpi_table_header **out_table)',
      () => NOT_FOUND,
    ],
    ['void acpi_put_table(struct acpi_table_header *table)', () => undefined],
  ]),
];

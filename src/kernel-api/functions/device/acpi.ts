import { KERN, printk } from '../../../kernel/log/printk.ts';
import { type GuestCall, rowsOf } from '../../kernel-function.ts';

/** `AE_NOT_FOUND`, include/acpi/acexcep.h. */
const NOT_FOUND = 5;

/** `register_acpi_bus_type` and its counterpart: a line in the log; no device is looked up by its bus. */
const busType =
  (what: string) =>
  (call: GuestCall): number => {
    const name = call.session.pointerAt(call.pointer(0), 'acpi_bus_type', 'name');
    printk(call.kernel, KERN.INFO, `ACPI: bus type ${call.memory.readCString(name)} ${what}`);
    return 0;
  };

/** The firmware: a machine without ACPI tables. */
export const acpiFunctions = () => [
  ...rowsOf('drivers/acpi/acpica/tbxface.c', [
    [
      'acpi_status acpi_get_table(char *signature, u32 instance, struct acpi_table_header **out_table)',
      () => NOT_FOUND,
    ],
    ['void acpi_put_table(struct acpi_table_header *table)', () => undefined],
  ]),
  ...rowsOf('drivers/acpi/glue.c', [
    ['int register_acpi_bus_type(struct acpi_bus_type *type)', busType('registered')],
    ['int unregister_acpi_bus_type(struct acpi_bus_type *type)', busType('unregistered')],
  ]),
];

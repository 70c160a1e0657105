/** `[source, kind, registering prototype, the other one]`; the object is the first argument that is a pointer. */
export type RegistrationPair = readonly [source: string, kind: string, register: string, unregister?: string];

/** Character sets, keys, governors, …. */
export const otherPairs: readonly RegistrationPair[] = [
  [
    'fs/nls/nls_base.c',
    'nls',
    'int __register_nls(struct nls_table *nls, struct module *owner)',
    'int unregister_nls(struct nls_table *nls)',
  ],
  [
    'fs/exec.c',
    'binfmt',
    'void __register_binfmt(struct linux_binfmt *fmt, int insert)',
    'void unregister_binfmt(struct linux_binfmt *fmt)',
  ],
  [
    'fs/quota/dquot.c',
    'quota-format',
    'int register_quota_format(struct quota_format_type *fmt)',
    'void unregister_quota_format(struct quota_format_type *fmt)',
  ],
  [
    'drivers/leds/led-triggers.c',
    'led-trigger',
    'int led_trigger_register(struct led_trigger *trig)',
    'void led_trigger_unregister(struct led_trigger *trig)',
  ],
  [
    'drivers/tty/tty_ldisc.c',
    'ldisc',
    'int tty_register_ldisc(struct tty_ldisc_ops *new_ldisc)',
    'void tty_unregister_ldisc(struct tty_ldisc_ops *ldisc)',
  ],
  [
    'drivers/tty/tty_io.c',
    'tty-driver',
    'int tty_register_driver(struct tty_driver *driver)',
    'void tty_unregister_driver(struct tty_driver *driver)',
  ],
  [
    'drivers/base/attribute_container.c',
    'attribute-container',
    'int attribute_container_register(struct attribute_container *cont)',
    'int attribute_container_unregister(struct attribute_container *cont)',
  ],
  [
    'drivers/base/transport_class.c',
    'transport-class',
    'int transport_class_register(struct transport_class *tclass)',
    'void transport_class_unregister(struct transport_class *tclass)',
  ],
  [
    'drivers/input/input.c',
    'input-handler',
    'int input_register_handler(struct input_handler *handler)',
    'void input_unregister_handler(struct input_handler *handler)',
  ],
  [
    'mm/vmscan.c',
    'shrinker',
    'int register_shrinker(struct shrinker *shrinker, const char *fmt)',
    'void unregister_shrinker(struct shrinker *shrinker)',
  ],
  [
    'drivers/cpufreq/cpufreq.c',
    'governor',
    'int cpufreq_register_governor(struct cpufreq_governor *governor)',
    'void cpufreq_unregister_governor(struct cpufreq_governor *governor)',
  ],
  [
    'lib/textsearch.c',
    'textsearch',
    'int textsearch_register(struct ts_ops *ops)',
    'int textsearch_unregister(struct ts_ops *ops)',
  ],
  [
    'block/elevator.c',
    'elevator',
    'int elv_register(struct elevator_type *e)',
    'void elv_unregister(struct elevator_type *e)',
  ],
  [
    'kernel/reboot.c',
    'restart-handler',
    'int register_restart_handler(struct notifier_block *nb)',
    'int unregister_restart_handler(struct notifier_block *nb)',
  ],
  [
    'drivers/base/syscore.c',
    'syscore',
    'void register_syscore_ops(struct syscore_ops *ops)',
    'void unregister_syscore_ops(struct syscore_ops *ops)',
  ],
];

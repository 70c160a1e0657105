import { ENOENT } from '../../../abi/negative-errno.ts';
import { kfree, kzalloc } from '../../../kernel/memory/heap.ts';
import { subsystem } from '../../../kernel/subsystem.ts';
import type { Address } from '../../../memory/address.ts';
import type { Session } from '../../core/session.ts';
import { type GuestCall, rowsOf } from '../../kernel-function.ts';

/** A resource that goes with its device: memory of a driver with a function that releases it, or an action. */
interface Resource {
  device: Address;
  readonly data: Address;
  readonly release: Address;
  /** `devm_add_action`: the function takes `data` alone. */
  readonly action: boolean;
}

const resourceState = subsystem('devres', () => ({ list: [] as Resource[] }));

function run(session: Session, { device, data, release, action }: Resource): void {
  if (release !== 0 && action) session.call(release, data);
  else if (release !== 0) session.call(release, device, data);
  if (!action) kfree(session.kernel, data);
}

/** `devres_release_all`: what belongs to a device goes, the newest first. */
export function releaseResources(session: Session, device: Address): void {
  const { list } = resourceState(session.kernel);
  for (;;) {
    const at = list.findLastIndex((each) => each.device === device);
    if (at < 0) return;
    const [resource] = list.splice(at, 1);
    run(session, resource!);
  }
}

function allocate(call: GuestCall): Address {
  const data = kzalloc(call.kernel, call.size(1));
  resourceState(call.kernel).list.push({ device: 0, data, release: call.pointer(0), action: false });
  return data;
}

function withData(call: GuestCall, data: Address): Resource | undefined {
  return resourceState(call.kernel).list.find((each) => each.data === data && !each.action);
}

/** `devres_find`: the newest of a device that has this release function and matches. */
function find(call: GuestCall): Resource | undefined {
  const { session, kernel } = call;
  const [device, release, match, matchData] = [call.pointer(0), call.pointer(1), call.pointer(2), call.pointer(3)];
  return resourceState(kernel).list.findLast(
    (each) =>
      each.device === device &&
      each.release === release &&
      !each.action &&
      (match === 0 || session.callInt(match, device, each.data, matchData) !== 0),
  );
}

/** Takes the one that is found off its device. */
function remove(call: GuestCall): Resource | undefined {
  const found = find(call);
  const { list } = resourceState(call.kernel);
  if (found) list.splice(list.indexOf(found), 1);
  return found;
}

function addAction(call: GuestCall): number {
  resourceState(call.kernel).list.push({
    device: call.pointer(0),
    release: call.pointer(1),
    data: call.pointer(2),
    action: true,
  });
  return 0;
}

function removeAction(call: GuestCall): Resource | undefined {
  const { list } = resourceState(call.kernel);
  const [device, release, data] = [call.pointer(0), call.pointer(1), call.pointer(2)];
  const at = list.findLastIndex(
    (each) => each.action && each.device === device && each.release === release && each.data === data,
  );
  return at < 0 ? undefined : list.splice(at, 1)[0];
}

/** Resources that a device's driver need not give back itself. */
export const devresFunctions = () =>
  rowsOf('drivers/base/devres.c', [
    ['void *__devres_alloc_node(dr_release_t release, size_t size, gfp_t gfp, int nid, const char *name)', allocate],
    [
      'void devres_add(struct device *dev, void *res)',
      (call) => {
        const resource = withData(call, call.pointer(1));
        if (resource) resource.device = call.pointer(0);
      },
    ],
    [
      'void devres_free(void *res)',
      (call) => {
        const { list } = resourceState(call.kernel);
        const resource = withData(call, call.pointer(0));
        if (resource) list.splice(list.indexOf(resource), 1);
        kfree(call.kernel, call.pointer(0));
      },
    ],
    [
      'void *devres_find(struct device *dev, dr_release_t release, dr_match_t match, void *match_data)',
      (call) => find(call)?.data ?? 0,
    ],
    [
      'void *devres_remove(struct device *dev, dr_release_t release, dr_match_t match, void *match_data)',
      (call) => remove(call)?.data ?? 0,
    ],
    [
      'int devres_destroy(struct device *dev, dr_release_t release, dr_match_t match, void *match_data)',
      (call) => {
        const found = remove(call);
        if (found) kfree(call.kernel, found.data);
        return found ? 0 : ENOENT;
      },
    ],
    [
      'int devres_release(struct device *dev, dr_release_t release, dr_match_t match, void *match_data)',
      (call) => {
        const found = remove(call);
        if (found) run(call.session, found);
        return found ? 0 : ENOENT;
      },
    ],
    ['int devm_add_action(struct device *dev, void (*action)(void *), void *data)', addAction],
    [
      'void devm_remove_action(struct device *dev, void (*action)(void *), void *data)',
      (call) => void removeAction(call),
    ],
    [
      'void devm_release_action(struct device *dev, void (*action)(void *), void *data)',
      (call) => {
        const found = removeAction(call);
        if (found) run(call.session, found);
      },
    ],
  ]);

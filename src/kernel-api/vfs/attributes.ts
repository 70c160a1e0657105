import type { CallChain } from '../../abi/call-chains.ts';
import { EIO } from '../../abi/negative-errno.ts';
import { PAGE_SIZE } from '../../memory/address.ts';
import { withSystemCall } from '../core/faults/call-frames.ts';
import type { Session } from '../core/session.ts';
import { readGuestText, withObject, writeBytes } from '../guest-text.ts';
import type { FileSource } from './tree.ts';

type AttributeSource = Extract<FileSource, { kind: 'attribute' }>;

/** Where `show` and `store` of an attribute stand: in the attribute's own structure, or in its type's operations. */
function method(session: Session, { structure, attribute, object }: AttributeSource, name: 'show' | 'store'): number {
  if (structure !== 'ktype') return session.pointerAt(attribute, structure, name);
  const ktype = session.pointerAt(object, 'kobject', 'ktype');
  const operations = ktype === 0 ? 0 : session.pointerAt(ktype, 'kobj_type', 'sysfs_ops');
  return operations === 0 ? 0 : session.pointerAt(operations, 'sysfs_ops', name);
}

/** Driver and bus attributes get only their object and the buffer. */
function takesAttribute(structure: string): boolean {
  return structure !== 'driver_attribute' && structure !== 'bus_attribute';
}

/** The way to an attribute's `show`; most kinds' own functions jump there. */
function showChains({ structure }: AttributeSource): CallChain[] {
  return ['readIter', 'seqShow', 'sysfsShow', ...(structure === 'device_attribute' ? (['deviceShow'] as const) : [])];
}

/** `sysfs_kf_seq_show`: what `show` puts into a page; -EIO when there is none. */
export function attributeRead(session: Session, source: AttributeSource): string | number {
  if (source.structure === 'bin_attribute') return binaryRead(session, source);
  const show = method(session, source, 'show');
  if (show === 0) return EIO;
  return withObject(session, PAGE_SIZE, (buffer) => {
    const args = takesAttribute(source.structure) ? [source.object, source.attribute, buffer] : [source.object, buffer];
    const call = () => session.call(show, ...args);
    const length = Number(BigInt.asIntN(64, withSystemCall(session, showChains(source), call)));
    return length < 0 ? length : readGuestText(session, buffer, length);
  });
}

/** `sysfs_kf_write`: the bytes taken, or a negative errno. */
export function attributeWrite(session: Session, source: AttributeSource, text: string): number {
  const store = source.structure === 'bin_attribute' ? 0 : method(session, source, 'store');
  if (store === 0) return EIO;
  const part = text.slice(0, PAGE_SIZE - 1);
  return withObject(session, part.length + 1, (buffer) => {
    writeBytes(session, buffer, part);
    const args = takesAttribute(source.structure) ? [source.object, source.attribute] : [source.object];
    const call = () => session.call(store, ...args, buffer, part.length);
    return Number(BigInt.asIntN(64, withSystemCall(session, ['writeIter'], call)));
  });
}

/** `sysfs_kf_bin_read`: a page from the start. */
function binaryRead(session: Session, { attribute, object }: AttributeSource): string | number {
  const read = session.pointerAt(attribute, 'bin_attribute', 'read');
  if (read === 0) return EIO;
  const size = Number(session.memory.readU64(session.at(attribute, 'bin_attribute', 'size'))) || PAGE_SIZE;
  return withObject(session, size, (buffer) => {
    const length = Number(BigInt.asIntN(64, session.call(read, 0, object, attribute, buffer, 0, size)));
    return length < 0 ? length : readGuestText(session, buffer, length);
  });
}

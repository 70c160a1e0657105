import { kfree, kzalloc } from '../../../kernel/memory/heap.ts';
import { PAGE_SIZE } from '../../../memory/address.ts';
import { PAGE_OFFSET } from '../../core/kernel-data/kernel-data.ts';
import { addressOfPage } from '../../core/kernel-data/page-frames.ts';
import { type GuestCall, rowsOf } from '../../kernel-function.ts';

/** `dma_direct_alloc`: memory of the direct map and its bus address, the physical one. */
function allocate(call: GuestCall): number {
  const [size, handle] = [call.size(1), call.pointer(2)];
  const address = kzalloc(call.kernel, Math.ceil(size / PAGE_SIZE) * PAGE_SIZE);
  call.memory.writeU64(handle, BigInt(address - PAGE_OFFSET));
  return address;
}

/** `dma_map_page_attrs`: the bus address of bytes of a page. */
function mapPage(call: GuestCall): number {
  return addressOfPage(call.pointer(1)) - PAGE_OFFSET + call.size(2);
}

/** `dma_set_mask`, `dma_set_coherent_mask`. */
function setMask(call: GuestCall, coherent: boolean): number {
  const { session, memory } = call;
  const mask = call.long(1);
  if (coherent) memory.writeU64(session.at(call.pointer(0), 'device', 'coherent_dma_mask'), mask);
  const place = session.pointerAt(call.pointer(0), 'device', 'dma_mask');
  if (!coherent && place === 0) return -5;
  if (!coherent) memory.writeU64(place, mask);
  return 0;
}

/** Direct DMA mappings: kernel/dma. */
export const dmaFunctions = () =>
  rowsOf('kernel/dma/mapping.c', [
    ['int dma_set_mask(struct device *dev, u64 mask)', (call) => setMask(call, false)],
    ['int dma_set_coherent_mask(struct device *dev, u64 mask)', (call) => setMask(call, true)],
    [
      'void *dma_alloc_attrs(struct device *dev, size_t size, dma_addr_t *dma_handle, gfp_t flag, unsigned long attrs)',
      allocate,
    ],
    [
      'void *dmam_alloc_attrs(struct device *dev, size_t size, dma_addr_t *dma_handle, gfp_t gfp, unsigned long attrs)',
      allocate,
    ],
    [
      'void dma_free_attrs(struct device *dev, size_t size, void *cpu_addr, dma_addr_t dma_handle, unsigned long attrs)',
      (call) => kfree(call.kernel, call.pointer(2)),
    ],
    [
      'dma_addr_t dma_map_page_attrs(struct device *dev, struct page *page, size_t offset, size_t size, enum dma_data_direction dir, unsigned long attrs)',
      mapPage,
    ],
    [
      'void dma_unmap_page_attrs(struct device *dev, dma_addr_t addr, size_t size, enum dma_data_direction dir, unsigned long attrs)',
      () => undefined,
    ],
    [
      'void dma_sync_single_for_cpu(struct device *dev, dma_addr_t addr, size_t size, enum dma_data_direction dir)',
      () => undefined,
    ],
    [
      'void dma_sync_single_for_device(struct device *dev, dma_addr_t addr, size_t size, enum dma_data_direction dir)',
      () => undefined,
    ],
  ]);

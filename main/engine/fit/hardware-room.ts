import type { Backend, BackendView, HardwareView } from '../../contract/system.contract.ts';

const MEGABYTE = 1_000_000;

/** Memory an engine may take, head-room for everything else already left out. Bytes. */
export interface Room {
  ramBytes: number;
  ramTotalBytes: number;
  vramBytes: number;
  vramTotalBytes: number;
  /** Devices the layers would be spread over; at least 1, so that it can be multiplied with. */
  devices: number;
  /** What lies on the device is taken from RAM. */
  sharesRam: boolean;
}

/** Left free of RAM: a tenth, or 1 GB where that is less. */
function ramHeadroom(totalBytes: number): number {
  return Math.min(totalBytes * 0.1, 1000 * MEGABYTE);
}

/** Left free of a GPU's memory: a twentieth, or 300 MB where that is less. */
function vramHeadroom(totalBytes: number): number {
  return Math.min(totalBytes * 0.05, 300 * MEGABYTE);
}

export function backendOf(hardware: HardwareView, backend: Backend): BackendView | null {
  return hardware.backends.find((view) => view.backend === backend) ?? null;
}

/** A GPU a recommendation may name: there, with memory, and no software renderer. */
export function isRealGpu(view: BackendView): boolean {
  return view.backend !== 'cpu' && view.available && !view.software && view.devices.length > 0;
}

export function roomOf(hardware: HardwareView, backend: Backend): Room {
  const view = backend === 'cpu' ? null : backendOf(hardware, backend);
  const devices = view?.available === true ? view.devices : [];
  const ramBytes = Math.max(0, Math.floor(hardware.ramAvailableBytes - ramHeadroom(hardware.ramTotalBytes)));
  return {
    ramBytes,
    ramTotalBytes: hardware.ramTotalBytes,
    vramBytes: devices.reduce((sum, device) => sum + Math.max(0, Math.floor(device.freeBytes - vramHeadroom(device.totalBytes))), 0),
    vramTotalBytes: devices.reduce((sum, device) => sum + device.totalBytes, 0),
    devices: Math.max(1, devices.length),
    sharesRam: devices.length > 0 && devices.every((device) => device.sharesRam === true),
  };
}

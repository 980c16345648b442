import type { HostPorts } from '../host-ports.ts';

/**
 * For tests: `MODELWARD_STAND_IN_ADDRESSES=ward0=127.0.0.2/24,lab0=127.0.9.2/24` stands for what the operating system tells of this
 * machine's addresses. Only addresses of 127/8 are taken, so that it can never open anything to a network.
 */
export function standInAddresses(environment: NodeJS.ProcessEnv): Pick<HostPorts, 'networkAddresses'> {
  const told = environment['MODELWARD_STAND_IN_ADDRESSES'];
  if (told === undefined || told === '') return {};
  const addresses = told.split(',').map((entry) => {
    const [, interfaceName = '', address = '', prefix = ''] = /^([\w-]+)=(127\.\d+\.\d+\.\d+)\/(8|16|24|32)$/.exec(entry) ?? [];
    if (address === '') throw new Error(`MODELWARD_STAND_IN_ADDRESSES: ${entry}`);
    const kept = Number(prefix) / 8;
    const subnet = `${address.split('.').map((part, index) => (index < kept ? part : '0')).join('.')}/${prefix}`;
    return { interfaceName, address, family: 'IPv4' as const, subnet };
  });
  return { networkAddresses: () => addresses };
}

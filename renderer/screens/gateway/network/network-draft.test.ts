import { expect, it } from 'vitest';
import { networkChangeSchema } from '../../../../main/contract/network.contract.ts';
import type { MachineAddress } from '../../../../main/contract/network.contract.ts';
import { changeOf, draftFrom, namesOf, networkCommand, rangesOf, subnetsOf } from './network-draft.ts';

const machine: MachineAddress[] = [
  { interfaceName: 'eth0', address: '10.20.3.4', family: 'IPv4', subnet: '10.20.3.0/24' },
  { interfaceName: 'eth1', address: '10.20.3.5', family: 'IPv4', subnet: '10.20.3.0/24' },
  { interfaceName: 'mgmt', address: '172.16.0.4', family: 'IPv4', subnet: '172.16.0.0/16' },
];

it('proposes the first subnet, every address and TLS', () => {
  expect(subnetsOf(machine)).toEqual([{ subnet: '10.20.3.0/24', names: ['eth0', 'eth1'] }, { subnet: '172.16.0.0/16', names: ['mgmt'] }]);
  const change = changeOf(draftFrom({ choice: null }, machine));
  expect(change).toEqual({ mode: 'lan', addresses: 'all', allow: ['10.20.3.0/24'], encryption: { kind: 'tls' }, names: [] });
  expect(networkCommand(change)).toBe('modelward gateway network open --allow 10.20.3.0/24');
});

it('comes back as it was chosen, but for the risk, which is asked again', () => {
  const choice = changeOf({ subnets: ['172.16.0.0/16'], more: ' 10.9.0.0/16,\nfd00::/8 ', addresses: 'some', chosen: ['10.20.3.5'], names: 'AI.ward.example, gpu', encryption: 'none', acknowledged: true });
  expect(networkChangeSchema.safeParse(choice).success).toBe(true);
  const { mode: _mode, ...stored } = choice;
  const draft = draftFrom({ choice: stored }, machine);
  expect(draft).toEqual({ subnets: ['172.16.0.0/16'], more: '10.9.0.0/16\nfd00::/8', addresses: 'some', chosen: ['10.20.3.5'], names: 'ai.ward.example gpu', encryption: 'none', acknowledged: false });
  expect(changeOf(draft)).toEqual(choice);
  expect(networkCommand(choice)).toBe(
    'modelward gateway network open --allow 172.16.0.0/16,10.9.0.0/16,fd00::/8 --address 10.20.3.5 --host-name ai.ward.example,gpu --plain-http anyone-on-the-network-can-read-keys-and-texts',
  );
});

it('names the first entry that is none', () => {
  expect(rangesOf({ subnets: [], more: '10.0.0.0/8 10.0.0.0/33 ward' })).toMatchObject({ wrong: '10.0.0.0/33' });
  expect(rangesOf({ subnets: ['10.0.0.0/8'], more: '10.0.0.0/8' })).toEqual({ ranges: ['10.0.0.0/8'], wrong: null });
  expect(namesOf({ names: 'ai.lan 10.0.0.1' })).toMatchObject({ wrong: '10.0.0.1' });
});

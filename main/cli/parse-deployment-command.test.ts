import { expect, it } from 'vitest';
import { parseCommand } from './parse-command.ts';
import { WrongUsage } from './wrong-usage.ts';

const command = (line: string) => parseCommand(line.split(' ')).command;

it('takes a switch apart', () => {
  expect(command('deployment switch ward 2 --question Hello --context 2048')).toMatchObject({ kind: 'deployment-switch', deployment: 'ward', version: '2', question: 'Hello', contextSize: 2048, stopFirst: false, detachAdapters: false, backend: null });
  expect(command('deployment switch ward Desk@3 --stop-first --detach-adapters')).toMatchObject({ version: 'Desk@3', stopFirst: true, detachAdapters: true, question: null });
});

it('takes the others apart', () => {
  expect(command('deployment rollback ward --stop-first')).toEqual({ kind: 'deployment-rollback', deployment: 'ward', stopFirst: true });
  expect(command('deployment history ward')).toEqual({ kind: 'deployment-history', deployment: 'ward' });
  expect(command('deployment set ward --on-demand 15')).toEqual({ kind: 'deployment-set', deployment: 'ward', lifecycle: { kind: 'on-demand', idleMinutes: 15 } });
  expect(command('deployment set ward --pinned')).toMatchObject({ lifecycle: { kind: 'pinned' } });
  expect(command('deployment memory --ram 70%')).toEqual({ kind: 'deployment-memory', ramPercent: 70, vramPercent: null });
  expect(command('deploy Ward --name ward --on-demand 5 --queue-timeout 90')).toMatchObject({ lifecycle: { kind: 'on-demand', idleMinutes: 5 }, queueTimeoutSeconds: 90 });
  expect(command('deploy Ward --name ward')).toMatchObject({ lifecycle: null, queueTimeoutSeconds: null });
});

it.each(['deployment', 'deployment switch ward', 'deployment set ward', 'deployment set ward --on-demand 0', 'deployment set ward --on-demand 1.5', 'deployment set ward --on-demand 5 --pinned', 'deployment memory --ram 5', 'deployment history ward more', 'deployment fly'])(
  'refuses: %s',
  (line) => expect(() => command(line)).toThrow(WrongUsage),
);

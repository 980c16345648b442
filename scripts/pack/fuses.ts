import { FuseState, FuseV1Options, getCurrentFuseWire } from '@electron/fuses';

/** The fuses that SECURITY asks for: what a child of the app, or a person with its files, cannot turn back on. */
const wanted: ReadonlyMap<FuseV1Options, boolean> = new Map([
  [FuseV1Options.RunAsNode, false],
  [FuseV1Options.EnableCookieEncryption, true],
  [FuseV1Options.EnableNodeOptionsEnvironmentVariable, false],
  [FuseV1Options.EnableNodeCliInspectArguments, false],
  [FuseV1Options.EnableEmbeddedAsarIntegrityValidation, true],
  [FuseV1Options.OnlyLoadAppFromAsar, true],
  [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot, false],
  [FuseV1Options.GrantFileProtocolExtraPrivileges, false],
]);

/** The fuses of a packed executable that are not as they must be. */
export async function wrongFuses(executable: string): Promise<string[]> {
  const wire = await getCurrentFuseWire(executable);
  return [...wanted].flatMap(([fuse, on]) => ((wire[fuse] === FuseState.ENABLE) === on ? [] : [`fuse ${FuseV1Options[fuse]} is not ${on ? 'on' : 'off'}`]));
}

import { EventEmitter } from 'node:events';
import type { Display, NativeTheme, PowerMonitor, Screen } from 'electron';

/** The machine under the app: theme, screens, power. */
class StandInTheme extends EventEmitter {
  readonly shouldUseDarkColors = process.env['MODELWARD_STAND_IN_DARK'] === '1';
}

class StandInScreen extends EventEmitter {
  getAllDisplays(): Pick<Display, 'workArea'>[] {
    return [{ workArea: { x: 0, y: 0, width: 1920, height: 1080 } }];
  }
}

export const nativeTheme = new StandInTheme() satisfies Pick<NativeTheme, 'shouldUseDarkColors'>;
export const screen = new StandInScreen() satisfies { getAllDisplays(): Pick<ReturnType<Screen['getAllDisplays']>[number], 'workArea'>[] };
export const powerMonitor = new EventEmitter() satisfies Pick<PowerMonitor, 'emit'>;

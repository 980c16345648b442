/** Why the Electron runtime could not be had. `detail` is what the system said, for the person who has to mend it. */
export type Obstacle =
  | { readonly kind: 'name-not-found'; readonly host: string }
  | { readonly kind: 'refused'; readonly host: string }
  | { readonly kind: 'no-answer'; readonly host: string; readonly waitedMs: number }
  | { readonly kind: 'http-status'; readonly host: string; readonly status: number }
  | { readonly kind: 'unreachable'; readonly host: string; readonly detail: string }
  | { readonly kind: 'broken-download'; readonly host: string; readonly detail: string }
  | { readonly kind: 'not-unpacked'; readonly detail: string }
  | { readonly kind: 'not-installed' };

export type Language = 'en' | 'zh-CN';

/** The language of the terminal, from the POSIX variables in the order in which they count. */
export function languageOf(env: NodeJS.ProcessEnv): Language {
  const locale = env['LC_ALL'] || env['LC_MESSAGES'] || env['LANG'] || Intl.DateTimeFormat().resolvedOptions().locale;
  return /^zh/i.test(locale) ? 'zh-CN' : 'en';
}

/** What `npm start` says. One sentence each; nothing else in scripts/start/ holds text for people. */
export interface Sentences {
  readonly building: string;
  readonly buildFailed: string;
  readonly fetching: (host: string) => string;
  readonly progress: (percent: number | undefined, megabytes: number, megabytesPerSecond: number) => string;
  readonly fetched: string;
  readonly obstacle: (obstacle: Obstacle, consoleFollows: boolean) => string;
  readonly windowEnded: (how: string) => string;
  readonly unknownHost: (value: string) => string;
}

const english: Sentences = {
  building: 'Building Modelward …',
  buildFailed: 'Modelward could not be built; the reason stands above.',
  fetching: (host) => `Fetching the Electron runtime from ${host} (only on the first start) …`,
  progress: (percent, megabytes, megabytesPerSecond) =>
    `  ${percent === undefined ? '' : `${percent} % · `}${megabytes.toFixed(1)} MB · ${megabytesPerSecond.toFixed(1)} MB/s`,
  fetched: 'The Electron runtime is in place.',
  obstacle: (obstacle, consoleFollows) => {
    const end = consoleFollows ? ', so Modelward starts its console for the browser instead.' : '.';
    return `The Electron runtime for the desktop window is missing and ${englishReason(obstacle)}${end}`;
  },
  windowEnded: (how) => `The desktop window could not open on this machine (Electron ended at once: ${how}), so Modelward starts its console for the browser instead.`,
  unknownHost: (value) => `MODELWARD_HOST may be "desktop" or "console", not "${value}".`,
};

function englishReason(obstacle: Obstacle): string {
  switch (obstacle.kind) {
    case 'name-not-found':
      return `cannot be fetched (the name ${obstacle.host} does not resolve here)`;
    case 'refused':
      return `cannot be fetched (${obstacle.host} refuses the connection)`;
    case 'no-answer':
      return `cannot be fetched (${obstacle.host} gave no answer within ${(obstacle.waitedMs / 1000).toFixed(1)} s)`;
    case 'http-status':
      return `cannot be fetched (${obstacle.host} answered with status ${obstacle.status})`;
    case 'unreachable':
      return `cannot be fetched (${obstacle.host}: ${obstacle.detail})`;
    case 'broken-download':
      return `its download from ${obstacle.host} failed (${obstacle.detail})`;
    case 'not-unpacked':
      return `its download could not be unpacked (${obstacle.detail})`;
    case 'not-installed':
      return 'so is the electron package that would fetch it (was "npm ci" run with --omit=dev?)';
  }
}

const chinese: Sentences = {
  building: '正在构建 Modelward …',
  buildFailed: 'Modelward 构建失败,原因见上文。',
  fetching: (host) => `正在从 ${host} 下载 Electron 运行时(仅首次启动需要)…`,
  progress: (percent, megabytes, megabytesPerSecond) =>
    `  ${percent === undefined ? '' : `${percent}% · `}${megabytes.toFixed(1)} MB · ${megabytesPerSecond.toFixed(1)} MB/s`,
  fetched: 'Electron 运行时已就绪。',
  obstacle: (obstacle, consoleFollows) => `缺少桌面窗口所需的 Electron 运行时,${chineseReason(obstacle)}${consoleFollows ? ',因此改为启动浏览器控制台。' : '。'}`,
  windowEnded: (how) => `桌面窗口无法在本机打开(Electron 立即退出:${how}),因此改为启动浏览器控制台。`,
  unknownHost: (value) => `MODELWARD_HOST 只能是 "desktop" 或 "console",而不是 "${value}"。`,
};

function chineseReason(obstacle: Obstacle): string {
  switch (obstacle.kind) {
    case 'name-not-found':
      return `且无法下载(本机无法解析 ${obstacle.host})`;
    case 'refused':
      return `且无法下载(${obstacle.host} 拒绝连接)`;
    case 'no-answer':
      return `且无法下载(${obstacle.host} 在 ${(obstacle.waitedMs / 1000).toFixed(1)} 秒内没有应答)`;
    case 'http-status':
      return `且无法下载(${obstacle.host} 返回状态 ${obstacle.status})`;
    case 'unreachable':
      return `且无法下载(${obstacle.host}:${obstacle.detail})`;
    case 'broken-download':
      return `从 ${obstacle.host} 下载失败(${obstacle.detail})`;
    case 'not-unpacked':
      return `下载后无法解包(${obstacle.detail})`;
    case 'not-installed':
      return '且未安装负责下载它的 electron 包(是否用 --omit=dev 运行了 npm ci?)';
  }
}

/** The sentences of one language. */
export function sentencesIn(language: Language): Sentences {
  return language === 'zh-CN' ? chinese : english;
}

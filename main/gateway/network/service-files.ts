import type { ServiceFiles, ServicePlatform } from '../../contract/network.contract.ts';

/** What the service files of this machine are made from. */
export interface ServiceFacts {
  /** Node and the entry of the command line, absolute; null where this host cannot be started without a person (the desktop's own program). */
  program: readonly string[] | null;
  dataFolder: string;
}

const ACCOUNT = 'modelward';
const LABEL = 'example.modelward';

/** Where the parts would lie on a system this instance does not run on. */
const EXAMPLES: Record<ServicePlatform, { program: readonly string[]; dataFolder: string }> = {
  linux: { program: ['/usr/bin/node', '/opt/modelward/dist/main/cli.js'], dataFolder: '/var/lib/modelward' },
  macos: { program: ['/usr/local/bin/node', '/usr/local/lib/modelward/dist/main/cli.js'], dataFolder: '/Library/Application Support/Modelward' },
  windows: { program: ['C:\\Program Files\\nodejs\\node.exe', 'C:\\Program Files\\Modelward\\dist\\main\\cli.js'], dataFolder: 'C:\\ProgramData\\Modelward' },
};
const PLATFORM_OF: Partial<Record<NodeJS.Platform, ServicePlatform>> = { linux: 'linux', darwin: 'macos', win32: 'windows' };

/**
 * The file that makes the operating system start the console at boot, with nobody signed in, and the commands that put it in place. The
 * database is opened with the password in a file that only the service's account may read.
 */
export function serviceFiles(facts: ServiceFacts | null, wanted: ServicePlatform | null, system: NodeJS.Platform = process.platform): ServiceFiles {
  const here = PLATFORM_OF[system] ?? 'linux';
  const platform = wanted ?? here;
  const own = platform === here ? facts : null;
  const program = own?.program ?? EXAMPLES[platform].program;
  const dataFolder = own?.dataFolder ?? EXAMPLES[platform].dataFolder;
  const ofThisMachine = program === own?.program;
  const build = { linux: systemd, macos: launchd, windows: taskScheduler }[platform];
  return { platform, ofThisMachine, ...build({ program, dataFolder }) };
}

interface Parts {
  program: readonly string[];
  dataFolder: string;
}
type Built = Omit<ServiceFiles, 'platform' | 'ofThisMachine'>;

function argumentsOf({ program, dataFolder }: Parts, passwordFile: string): string[] {
  return [...program, 'console', '--no-open', '--data', dataFolder, '--password-file', passwordFile];
}

/**
 * systemd.service(5), systemd.exec(5): the password reaches the service through LoadCredential=, so that its file may stay readable by
 * root alone. Exit code 78 (the password does not open the database) is not tried again: five wrong ones would lock everybody out.
 */
function systemd(parts: Parts): Built {
  const path = '/etc/systemd/system/modelward.service';
  const command = argumentsOf(parts, '%d/password').map((word) => (word.startsWith('%d/') ? word : quoteForSystemd(word)));
  const text = `[Unit]
Description=Modelward: language models of this house
After=network-online.target
Wants=network-online.target

[Service]
Type=exec
User=${ACCOUNT}
Group=${ACCOUNT}
LoadCredential=password:/etc/modelward/password
ExecStart=${command.join(' ')}
Restart=on-failure
RestartSec=5
RestartPreventExitStatus=2 78
TimeoutStopSec=60
UMask=0077
NoNewPrivileges=yes
CapabilityBoundingSet=
ProtectSystem=strict
ReadWritePaths=${quoteForSystemd(parts.dataFolder)}
ProtectHome=read-only
PrivateTmp=yes
ProtectKernelTunables=yes
ProtectKernelModules=yes
ProtectControlGroups=yes
RestrictSUIDSGID=yes
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK
LockPersonality=yes

[Install]
WantedBy=multi-user.target
`;
  const folder = quoteForShell(parts.dataFolder);
  return {
    fileName: 'modelward.service',
    path,
    text,
    steps: [
      { id: 'account', commands: [`sudo useradd --system --user-group --no-create-home --shell /usr/sbin/nologin ${ACCOUNT}`] },
      { id: 'folder', commands: [`sudo install -d -m 700 ${folder}`, `sudo chown -R ${ACCOUNT}:${ACCOUNT} ${folder}`] },
      { id: 'password', commands: ['sudo install -d -m 700 /etc/modelward', 'sudo sh -c \'umask 077; stty -echo; head -n 1 > /etc/modelward/password; stty echo\''] },
      { id: 'unit', commands: [`${printCommand(parts)} | sudo tee ${path} > /dev/null`] },
      { id: 'start', commands: ['sudo systemctl daemon-reload', 'sudo systemctl enable --now modelward'] },
      { id: 'look', commands: ['systemctl status modelward', `sudo -u ${ACCOUNT} ${parts.program.map(quoteForShell).join(' ')} console --no-open --data ${folder}`] },
    ],
  };
}

/** launchd.plist(5): a daemon, started at boot under an account of its own. */
function launchd(parts: Parts): Built {
  const path = `/Library/LaunchDaemons/${LABEL}.plist`;
  const passwordFile = '/etc/modelward/password';
  const words = argumentsOf(parts, passwordFile);
  const text = `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
  <key>Label</key>
  <string>${LABEL}</string>
  <key>UserName</key>
  <string>_modelward</string>
  <key>ProgramArguments</key>
  <array>
${words.map((word) => `    <string>${escapeXml(word)}</string>`).join('\n')}
  </array>
  <key>RunAtLoad</key>
  <true/>
  <key>KeepAlive</key>
  <dict>
    <key>Crashed</key>
    <true/>
  </dict>
  <key>ThrottleInterval</key>
  <integer>10</integer>
  <key>Umask</key>
  <integer>63</integer>
</dict>
</plist>
`;
  const folder = quoteForShell(parts.dataFolder);
  return {
    fileName: `${LABEL}.plist`,
    path,
    text,
    steps: [
      { id: 'account', commands: ['sudo sysadminctl -addUser _modelward -roleAccount -UID 450'] },
      { id: 'folder', commands: [`sudo mkdir -p ${folder}`, `sudo chown -R _modelward ${folder}`, `sudo chmod 700 ${folder}`] },
      { id: 'password', commands: ['sudo mkdir -p /etc/modelward', `sudo sh -c 'umask 077; stty -echo; head -n 1 > ${passwordFile}; stty echo; chown _modelward ${passwordFile}'`] },
      { id: 'unit', commands: [`${printCommand(parts)} | sudo tee ${path} > /dev/null`, `sudo chown root:wheel ${path}`] },
      { id: 'start', commands: [`sudo launchctl bootstrap system ${path}`] },
      { id: 'look', commands: [`sudo launchctl print system/${LABEL}`] },
    ],
  };
}

/**
 * A task of the Task Scheduler that starts at boot under LOCAL SERVICE, which has no password and few rights. Not a service of sc.exe:
 * the Service Control Manager ends a program after 30 seconds that does not speak its protocol, and Node does not.
 */
function taskScheduler(parts: Parts): Built {
  const folder = parts.dataFolder;
  const passwordFile = 'C:\\ProgramData\\Modelward-service\\password.txt';
  const [program = '', ...words] = argumentsOf(parts, passwordFile);
  const text = `<?xml version="1.0"?>
<Task version="1.3" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo>
    <Description>Modelward: language models of this house</Description>
  </RegistrationInfo>
  <Triggers>
    <BootTrigger>
      <Enabled>true</Enabled>
    </BootTrigger>
  </Triggers>
  <Principals>
    <Principal id="Author">
      <UserId>S-1-5-19</UserId>
      <RunLevel>LeastPrivilege</RunLevel>
    </Principal>
  </Principals>
  <Settings>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
    <ExecutionTimeLimit>PT0S</ExecutionTimeLimit>
    <Priority>5</Priority>
    <RestartOnFailure>
      <Interval>PT1M</Interval>
      <Count>3</Count>
    </RestartOnFailure>
  </Settings>
  <Actions Context="Author">
    <Exec>
      <Command>${escapeXml(program)}</Command>
      <Arguments>${escapeXml(words.map(quoteForWindows).join(' '))}</Arguments>
    </Exec>
  </Actions>
</Task>
`;
  const path = 'C:\\ProgramData\\Modelward-service\\modelward-task.xml';
  return {
    fileName: 'modelward-task.xml',
    path,
    text,
    steps: [
      { id: 'account', commands: [] },
      { id: 'folder', commands: [`icacls "${folder}" /inheritance:r /grant "*S-1-5-19:(OI)(CI)F" "*S-1-5-32-544:(OI)(CI)F" /T`] },
      {
        id: 'password',
        commands: [
          'md C:\\ProgramData\\Modelward-service',
          `icacls C:\\ProgramData\\Modelward-service /inheritance:r /grant "*S-1-5-19:(OI)(CI)R" "*S-1-5-32-544:(OI)(CI)F"`,
          `notepad ${passwordFile}`,
        ],
      },
      { id: 'unit', commands: [`${[...parts.program, 'service', 'print', '--file', '--data', folder].map(quoteForWindows).join(' ')} > ${path}`] },
      { id: 'start', commands: [`schtasks /Create /TN Modelward /XML ${path}`, 'schtasks /Run /TN Modelward'] },
      { id: 'look', commands: ['schtasks /Query /TN Modelward /V /FO LIST', 'netstat -ano | findstr :8484'] },
    ],
  };
}

/** Asks no password and opens no database: it may run under any account. */
function printCommand({ program, dataFolder }: Parts): string {
  return [...program, 'service', 'print', '--file', '--data', dataFolder].map(quoteForShell).join(' ');
}

/** systemd.syntax(7), "Quoting"; % and $ mean something of their own in ExecStart=. */
function quoteForSystemd(word: string): string {
  const escaped = word.replace(/[\\"]/g, '\\$&').replace(/%/g, '%%').replace(/\$/g, '$$$$');
  return /[\s"'\\;]/.test(word) ? `"${escaped}"` : escaped;
}

function quoteForShell(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replace(/'/g, `'\\''`)}'`;
}

/** As CommandLineToArgvW takes it apart. */
function quoteForWindows(word: string): string {
  return /[\s"]/.test(word) ? `"${word.replace(/(\\*)"/g, '$1$1\\"').replace(/(\\+)$/, '$1$1')}"` : word;
}

function escapeXml(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
}

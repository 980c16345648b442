/** Command line and console host: usage, prompts, results. */
export const cli = {
  usage: `Usage: modelward <command> [options]

  setup --name NAME --password-file F        first run: data folder, keys, first person
  console [--port N] [--no-open]             the screens in a browser; prints the URL on one line
  model import FILE [--name NAME]            check a .gguf file and take it in
  model list                                 models with versions and use
  model show MODEL                           one model in detail
  model remove MODEL                         delete a model with all its files
  deploy MODEL --name NAME [--context N] [--backend B] [--gpu-layers N] [--parallel N] [--threads N]
         [--max-output N] [--queue N] [--memory-limit MB]
                                             put a model to work under an endpoint name
  undeploy NAME                              take a deployment down
  chat DEPLOYMENT TEXT                       ask one question
  key create --name NAME                     make an API key; it is shown once
  gateway status                             where programs reach the deployments
  gateway port N                             move the endpoint to another port (1024 to 65535)
  audit list [--limit N]                     newest events
  audit verify                               walk the whole hash chain
  doctor                                     what this machine can do and what is wrong with it

Everywhere:
  --data DIR          data folder
  --as NAME           who signs in (not needed where there is one person)
  --password-file F   file whose first line is the password; asked for otherwise
  --json              machine-readable result
  --lang en|zh-CN     language of the answer

Exit codes: 0 done, 1 refused with a reason, 2 wrong usage.`,
  usageConsole: 'Usage: modelward console [--port N] [--no-open] [--data DIR]',
  wrongUsage: 'Not understood: {{detail}}',
  askPassword: 'Password: ',
  setUpDone: 'Set up in {{path}}. {{name}} is the first person.',
  imported: 'Imported “{{name}}”: {{architecture}}, {{parameters}} parameters, {{quantization}}, {{size}}.',
  importPhase: '{{phase}} …',
  removed: 'Deleted “{{name}}”.',
  deployed: '“{{name}}” is live (loaded in {{duration}}).',
  deployedLater: '“{{name}}” is ready and will run whenever Modelward runs: open the window or start “modelward console”.',
  undeployed: '“{{name}}” is down.',
  keyMade: 'API key “{{name}}”. It is shown this once:',
  gatewayRunning: 'Programs reach the deployments at {{baseUrl}}',
  gatewayLater: 'Programs will reach the deployments at {{baseUrl}} whenever Modelward runs: open the window or start “modelward console”.',
  gatewayDown: 'Nothing listens at {{baseUrl}}.',
  gatewayWayOut: 'To choose another port: modelward gateway port N',
  chatFigures: '{{prompt}} prompt tokens, {{output}} output tokens, first token after {{ttft}}, {{rate}}',
  verifyIntact: 'Intact: {{checked}} events, {{rate}}. Head {{sequence}}: {{leaf}}',
  verifyBroken: 'Not intact: event {{sequence}} – {{fault}}. Expected {{expected}}, found {{found}}.',
  verifyLimits: 'This check cannot see that the newest events were cut off, nor what a compromised program wrote itself.',
  noModels: 'No models yet. Import one: modelward model import FILE',
  table: {
    name: 'Name',
    id: 'Id',
    architecture: 'Architecture',
    parameters: 'Parameters',
    quantization: 'Quantization',
    size: 'Size',
    versions: 'Versions',
    inUse: 'In use',
    context: 'Context',
    licence: 'Licence',
    sha256: 'SHA-256',
    version: 'Version',
    stored: 'Stored',
    importedBy: 'Imported by',
    deployments: 'Deployments',
    notes: 'Notes',
    number: 'No.',
    time: 'Time',
    actor: 'Who',
    event: 'Event',
    object: 'What',
    result: 'Result',
  },
};

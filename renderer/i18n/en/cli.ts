/** Command line and console host: usage, prompts, results. */
export const cli = {
  usage: `Usage: modelward <command> [options]

  setup --name NAME --password-file F        first run: data folder, keys, first person
  console [--port N] [--no-open] [--password-file F [--as NAME]]
                                             the screens in a browser; prints the URL on one line. With a password file it
                                             serves at once, with nobody signed in
  model import FILE [--name NAME]            check a .gguf file and take it in
  model list                                 models with versions and use
  model show MODEL                           one model in detail
  model remove MODEL                         delete a model with all its files
  deploy MODEL --name NAME [--context N] [--backend B] [--gpu-layers N] [--parallel N] [--threads N]
         [--max-output N] [--queue N] [--memory-limit MB] [--queue-timeout SECONDS] [--on-demand MINUTES]
                                             put a model to work under an endpoint name
  undeploy NAME                              take a deployment down
  chat DEPLOYMENT TEXT                       ask one question
  benchmark MODEL|--deployment NAME [--prompt N,N] [--generate N,N] [--streams N,N] [--repeats N] [--name LABEL]
         [--stream-prompt N] [--stream-output N] [--no-warm-up]
         [--context N] [--backend B] [--gpu-layers N] [--threads N]
                                             measure speed, times and memory; 0 leaves a size out
  benchmark list                             figures measured and imported
  benchmark export [ID …] [--format csv|json|llama-bench]
                                             figures as text; all without an id
  benchmark import-baseline FILE [--name LABEL]
                                             take in figures from elsewhere (CSV, or llama-bench's JSON)
  tune MODEL [--budget SECONDS] [--goal balanced|prompt|generation] [--context N] [--backend B] [--smaller-kv]
                                             find the fastest settings for this machine by measuring
  quantize MODEL TYPE [--matrix ID] [--accept-requantize] [--dry-run] [--no-evaluate] [--threads N]
         [--tensor-type PATTERN=TYPE]… [--output-type T] [--embedding-type T] [--pure] [--leave-output]
                                             make a smaller version, then compare it with its parent
  matrix compute MODEL [--text FILE] [--chunks N] [--context N]
                                             importance matrix: what to keep with more care
  matrix import MODEL FILE                   take one in that llama-imatrix wrote
  matrix list | matrix remove ID             those that are kept
  prune MODEL --layers N [--dry-run] [--no-evaluate] [--text FILE] [--chunks N] [--context N]
                                             leave out the N least important layers
  evaluate MODEL [--against N] [--text FILE] [--chunks N] [--context N]
                                             what a version lost against its parent, or against version N
  approve MODEL [--note TEXT] [--withdraw]   say that a version may be used, or no longer
  data import FILE [--name NAME | --into DATASET] [--shares 80,10,10] [--licence TEXT] [--notes TEXT]
         [--format jsonl|csv|text|folder] [--encoding E] [--delimiter D] [--rows lines|paragraphs|files]
         [--question COLUMN --answer COLUMN [--system COLUMN] | --messages COLUMN | --text COLUMN]
                                             take in data to train on; what is not said is found out
  data list                                  data sets with versions and use
  data show DATASET                          one data set with its versions
  data rows DATASET [--split train|validation|test] [--search TEXT] [--limit N]
                                             rows as they are kept
  data diff DATASET@N DATASET@N              what one version has and the other has not
  data rename DATASET NAME | data delete DATASET
                                             give it another name; delete it with all versions
  train MODEL DATASET [--mode new|incremental|mixed] [--old DATASET@N --old-share 0.3] [--plan]
         [--epochs N] [--learning-rate R] [--schedule constant|linear|cosine] [--warmup SHARE] [--weight-decay R]
         [--context N] [--layers N] [--learn-from answers|everything] [--patience N|none] [--evaluations N]
         [--save-as F32|F16|BF16] [--seed N] [--threads N]
                                             teach a model from a data set; --plan only says what it would take
  train list | train show RUN                runs; one of them with its losses
  train pause RUN | train resume RUN [--learning-rate R]
                                             set it aside with a checkpoint; go on from there (Ctrl+C pauses too)
  train finish RUN | train remove RUN        make a version of its best checkpoint; delete it with its checkpoints
  adapters import FILE --model MODEL [--name NAME]
                                             check a LoRA file against its model and take it in
  adapters list | adapters delete ADAPTER    adapters and where they are attached; delete one
  deployments adapters NAME [ADAPTER=WEIGHT …|--none]
                                             what is attached; attach these with their weights, or none
  deployment switch NAME VERSION|MODEL[@N] [--question TEXT] [--stop-first] [--detach-adapters]
         [--backend B] [--gpu-layers N] [--context N] [--parallel N] [--threads N]
                                             another version answers under this name, without a failed request
  deployment rollback NAME [--stop-first]    back to the version before
  deployment history NAME                    what it has served with
  deployment set NAME --on-demand MINUTES|--pinned
                                             load it on demand and unload it when idle, or keep it loaded
  deployment memory [--ram PERCENT] [--vram PERCENT]
                                             who holds memory; how much loaded models may take
  key create --name NAME [--department TEXT] [--purpose TEXT] [--endpoints chat,models|all] [--deployments A,B|all]
         [--requests minute=N,day=N,month=N|none] [--tokens minute=N,day=N,month=N|none] [--concurrent N|none]
         [--expires 365d|YYYY-MM-DD|never] [--public yes|no]
                                             make an API key; it is shown once, valid for a year unless told
  key list | key show KEY                    keys with quotas, expiry and use; one of them in detail
  key set KEY [the options of key create]    change what it may; takes effect at once
  key rotate KEY [--overlap 7d|12h|0]        give it a new secret; the old one stays valid for the overlap
  key revoke KEY                             take it back for good; answers that run end with their next token
  usage [--by key|department|model|day] [--from YYYY-MM-DD] [--to YYYY-MM-DD] [--deployment NAME]
                                             what was asked of the endpoint; the last 30 days unless told
  usage requests [--limit N] [--deployment NAME]
                                             single requests, newest first; never a text
  usage seals | usage export [--from …] [--to …]
                                             days compared with the audit log; totals as CSV
  gateway status                             where programs reach the deployments
  gateway port N                             move the endpoint to another port (1024 to 65535)
  gateway network show                       who can reach the endpoint, and how
  gateway network open --allow RANGE[,RANGE] [--address all|ADDRESS[,ADDRESS]] [--host-name NAME[,NAME]] [--port N]
         [--plain-http anyone-on-the-network-can-read-keys-and-texts]
                                             open it to other machines; encrypted unless the risk is named
  gateway network close                      only programs on this machine
  gateway certificate export FILE [--der]    the root certificate for the clients (- for standard output)
  gateway certificate renew [--root]         a new certificate now; with --root every client needs the new root
  service print [--platform linux|windows|macos] [--file]
                                             how to run without anyone signed in; --file prints the file alone
  audit list [--limit N]                     newest events
  audit verify                               walk the whole hash chain
  doctor                                     what this machine can do and what is wrong with it

Everywhere:
  --data DIR          data folder
  --as NAME           who signs in (not needed where there is one person)
  --password-file F   file whose first line is the password; asked for otherwise
  --json              machine-readable result
  --lang en|zh-CN     language of the answer

MODEL and DATASET may end in @N, the number of a version. KEY is a name, an id, or how the key begins.
Exit codes: 0 done, 1 refused with a reason, 2 wrong usage.`,
  usageConsole: 'Usage: modelward console [--port N] [--no-open] [--data DIR] [--password-file F [--as NAME]]',
  wrongUsage: 'Not understood: {{detail}}',
  askPassword: 'Password: ',
  setUpDone: 'Set up in {{path}}. {{name}} is the first person.',
  imported: 'Imported “{{name}}”: {{architecture}}, {{parameters}} parameters, {{quantization}}, {{size}}.',
  importPhase: '{{phase}} …',
  removed: 'Deleted “{{name}}”.',
  deployed: '“{{name}}” is live (loaded in {{duration}}).',
  deployedLater: '“{{name}}” is ready and will run whenever Modelward runs: open the window or start “modelward console”.',
  undeployed: '“{{name}}” is down.',
  gatewayRunning: 'Programs reach the deployments at {{baseUrl}}',
  gatewayLater: 'Programs will reach the deployments at {{baseUrl}} whenever Modelward runs: open the window or start “modelward console”.',
  gatewayDown: 'Nothing listens at {{baseUrl}}.',
  gatewayWayOut: 'To choose another port: modelward gateway port N',
  chatFigures: '{{prompt}} prompt tokens, {{output}} output tokens, first token after {{ttft}}, {{rate}}',
  verifyIntact: 'Intact: {{checked}} events, {{rate}}. Head {{sequence}}: {{leaf}}',
  verifyBroken: 'Not intact: event {{sequence}} – {{fault}}. Expected {{expected}}, found {{found}}.',
  verifyLimits: 'This check cannot see that the newest events were cut off, nor what a compromised program wrote itself.',
  benchmarked: '“{{label}}”: loaded in {{load}}, at most {{ram}} of memory.',
  benchmarkedDeployment: '“{{label}}”, measured as it runs.',
  doubtful: 'Other programs used {{load}} of the processor meanwhile: the figures are doubtful.',
  noBenchmarks: 'Nothing has been measured yet. Measure a model: modelward benchmark MODEL',
  baselineImported: 'Sets of figures taken in: {{count}}.',
  baselineSkipped: 'Entry {{at}} was left out: {{reason}}',
  baselineReasons: { 'not-a-number': 'a figure is not a number', 'no-speed': 'it tells no speed', 'unknown-test': 'it is a test that cannot be compared', 'too-many': 'the file has too many entries' },
  tuned: '{{gain}} faster than the usual settings. The deploy wizard and “modelward deploy” use them on this machine.',
  tunedSame: 'The usual settings are the best that was found on this machine.',
  tunedSettings: { gpuLayers: 'GPU layers', threads: 'Threads', batchSize: 'Batch', flashAttention: 'Flash attention', kvType: 'KV cache' },
  tunedOutcomes: { better: 'better', 'no-difference': 'no difference', 'default-is-best': 'the usual is best', 'not-tried-no-time': 'not tried, no time left', 'not-applicable': 'does not apply' },
  tests: { prompt: 'prompt', generation: 'generation', streams: 'streams' },
  noModels: 'No models yet. Import one: modelward model import FILE',
  jobProgress: '  {{share}}, {{left}} left  {{detail}}',
  versionMade: 'Version {{number}} of “{{name}}”: {{quantization}}, {{size}} (was {{sourceSize}}).',
  plan: '{{type}}: {{size}} (now {{sourceSize}}), {{bits}} bits a weight. {{free}} are free.',
  planWarnings: {
    'already-quantized': 'The source is quantized already: a second loss is added to the first one.',
    'importance-matrix-required': 'This type needs an importance matrix (--matrix).',
    'importance-matrix-recommended': 'This type loses much less with an importance matrix (--matrix).',
    'larger-than-source': 'The result is larger than the source.',
    'many-fallbacks': 'Many tensors do not fit this type and fall back to another one:',
  },
  noMatrices: 'No importance matrices yet. Compute one: modelward matrix compute MODEL',
  pruneProposal: 'Without layers {{layers}}: {{size}} (now {{sourceSize}}), about {{speed}} times as fast.',
  evaluation:
    'Version {{number}} against version {{parent}}: perplexity {{perplexity}} ({{parentPerplexity}}), KL divergence {{divergence}} ± {{divergenceError}}, same first choice {{agreement}}, {{speed}} ({{parentSpeed}}), memory {{memory}} ({{parentMemory}}).',
  approved: 'Version {{number}} of “{{name}}” is approved.',
  approvalWithdrawn: 'Version {{number}} of “{{name}}” is no longer approved.',
  train: {
    plan: '{{rows}} rows ({{validation}} for validation), about {{tokens}} tokens: {{steps}} steps of {{context}} tokens in {{epochs}} epochs, learning rate {{rate}}. Memory {{memory}} ({{free}} free), disk {{disk}}, about {{duration}}.',
    started: 'Run {{runId}}. Ctrl+C pauses it.',
    pausing: '{{runId}} writes a checkpoint and pauses.',
    none: 'Nothing has been trained yet. Train a model: modelward train MODEL DATASET',
    run: '“{{name}}” v{{number}} on “{{data}}” v{{dataNumber}}: {{state}}, step {{step}} of {{steps}}, {{duration}}.',
    figures: 'Validation: loss {{before}} → {{best}}, tokens foretold {{beforeAccuracy}} → {{bestAccuracy}} (best at step {{bestStep}}).',
    stoppedEarly: 'It stopped early: the validation no longer gained.',
    made: 'It became version {{number}} of “{{name}}”.',
    resumable: 'It can go on from step {{step}}: modelward train resume {{runId}}',
    table: { data: 'Data', state: 'State', steps: 'Step', loss: 'Best loss', train: 'Training loss', validation: 'Validation loss' },
  },
  data: {
    none: 'No data sets yet. Import one: modelward data import FILE',
    imported:
      'Version {{number}} of “{{name}}”: {{rows}} rows, {{size}} of text ({{train}} training, {{validation}} validation, {{test}} test). Duplicates dropped: {{duplicates}}; lines left out: {{problems}}.',
    line: 'Line {{line}}',
    fileLine: '{{file}}, line {{line}}',
    moreProblems: 'and {{count}} more',
    renamed: 'It is called “{{name}}” now.',
    rowsShown: '{{shown}} of {{total}} rows.',
    diff: 'Version {{from}} to version {{to}}: {{added}} added, {{removed}} removed, {{changed}} changed, {{unchanged}} unchanged.',
    splits: { train: 'training', validation: 'validation', test: 'test' },
    table: { rows: 'Rows', splits: 'Training / validation / test', duplicates: 'Duplicates dropped', leftOut: 'Lines left out', source: 'From', models: 'Models trained' },
  },
  adapters: {
    none: 'No adapters yet. Import one: modelward adapters import FILE --model MODEL',
    imported: 'Imported the adapter “{{name}}” for “{{model}}”: it changes {{count}} matrices.',
    attached: 'Attached to {{name}}: {{adapters}}.',
    nothingAttached: 'No adapter is attached to {{name}}.',
    rank: 'Rank',
  },
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
    label: 'Name',
    test: 'Test',
    tokens: 'Tokens',
    streams: 'Streams',
    speed: 'Tokens/s',
    spread: '±',
    firstToken: 'First token p50 / p95 (ms)',
    betweenTokens: 'Between tokens p50 / p95 / p99 (ms)',
    backend: 'Backend',
    machine: 'Machine',
    setting: 'Setting',
    from: 'Before',
    to: 'Now',
    gain: 'Gain',
    outcome: 'Outcome',
    number: 'No.',
    time: 'Time',
    actor: 'Who',
    event: 'Event',
    object: 'What',
    text: 'Text',
    chunks: 'Windows',
    tensor: 'Tensor',
    wanted: 'Wanted',
    got: 'Becomes',
    result: 'Result',
  },
};

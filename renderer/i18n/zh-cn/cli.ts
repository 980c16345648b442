import type { Translated } from '../translated.ts';
import type { cli as english } from '../en/cli.ts';

export const cli: Translated<typeof english> = {
  usage: `用法：modelward <命令> [选项]

  setup --name 姓名 --password-file 文件      首次运行：建立数据文件夹、密钥和第一位人员
  console [--port N] [--no-open] [--password-file F [--as NAME]]
                                             在浏览器中打开界面；用一行输出网址。给出密码文件时
                                             立即开始服务，无需任何人登录
  model import 文件 [--name 名称]             检查并导入 .gguf 文件
  model list                                 列出模型、版本与使用情况
  model show 模型                            查看一个模型的详情
  model remove 模型                          删除模型及其全部文件
  deploy 模型 --name 名称 [--context N] [--backend B] [--gpu-layers N] [--parallel N] [--threads N]
         [--max-output N] [--queue N] [--memory-limit MB] [--queue-timeout 秒] [--on-demand 分钟]
                                             以端点名称部署模型
  undeploy 名称                              撤下部署
  chat 部署 文本                             提一个问题
  benchmark 模型|--deployment 名称 [--prompt N,N] [--generate N,N] [--streams N,N] [--repeats N] [--name 标签]
         [--stream-prompt N] [--stream-output N] [--no-warm-up]
         [--context N] [--backend B] [--gpu-layers N] [--threads N]
                                             测量速度、时延与内存；0 表示不测该项
  benchmark list                             已测量与已导入的数据
  benchmark export [编号 …] [--format csv|json|llama-bench]
                                             以文本输出数据；不给编号则输出全部
  benchmark import-baseline 文件 [--name 标签]
                                             导入别处的数据（CSV 或 llama-bench 的 JSON）
  tune 模型 [--budget 秒] [--goal balanced|prompt|generation] [--context N] [--backend B] [--smaller-kv]
                                             通过测量找出本机上最快的设置
  quantize 模型 类型 [--matrix 标识] [--accept-requantize] [--dry-run] [--no-evaluate] [--threads N]
         [--tensor-type 模式=类型]… [--output-type T] [--embedding-type T] [--pure] [--leave-output]
                                             制作更小的版本，然后与其来源版本比较
  matrix compute 模型 [--text 文件] [--chunks N] [--context N]
                                             计算重要性矩阵：哪些权重需要更仔细地保留
  matrix import 模型 文件                    导入 llama-imatrix 写出的矩阵
  matrix list | matrix remove 标识           已保存的矩阵
  prune 模型 --layers N [--dry-run] [--no-evaluate] [--text 文件] [--chunks N] [--context N]
                                             去掉最不重要的 N 层
  evaluate 模型 [--against N] [--text 文件] [--chunks N] [--context N]
                                             某版本相对来源版本（或版本 N）的损失
  approve 模型 [--note 文本] [--withdraw]    批准某版本使用，或撤回批准
  data import 文件 [--name 名称 | --into 数据集] [--shares 80,10,10] [--licence 文本] [--notes 文本]
         [--format jsonl|csv|text|folder] [--encoding 编码] [--delimiter 分隔符] [--rows lines|paragraphs|files]
         [--question 列 --answer 列 [--system 列] | --messages 列 | --text 列]
                                             导入训练数据；未指定的项目自动识别
  data list                                  列出数据集、版本与使用情况
  data show 数据集                           查看一个数据集及其版本
  data rows 数据集 [--split train|validation|test] [--search 文本] [--limit N]
                                             查看所保存的行
  data diff 数据集@N 数据集@N                比较两个版本
  data rename 数据集 名称 | data delete 数据集
                                             改名；删除数据集及其全部版本
  train 模型 数据集 [--mode new|incremental|mixed] [--old 数据集@N --old-share 0.3] [--plan]
         [--epochs N] [--learning-rate R] [--schedule constant|linear|cosine] [--warmup 比例] [--weight-decay R]
         [--context N] [--layers N] [--learn-from answers|everything] [--patience N|none] [--evaluations N]
         [--save-as F32|F16|BF16] [--seed N] [--threads N]
                                             用数据集训练模型；--plan 只说明所需资源
  train list | train show 运行               所有训练；某次训练及其损失
  train pause 运行 | train resume 运行 [--learning-rate R]
                                             保存检查点并暂停；从检查点继续（Ctrl+C 也会暂停）
  train finish 运行 | train remove 运行      用最佳检查点生成版本；连同检查点一起删除
  adapters import 文件 --model 模型 [--name 名称]
                                             将 LoRA 文件与其模型核对后导入
  adapters list | adapters delete 适配器     列出适配器及挂载情况；删除一个
  deployments adapters 部署 [适配器=权重 …|--none]
                                             查看已挂载的适配器；按权重挂载这些，或全部卸下
  deployment switch 名称 版本号|模型[@N] [--question 文本] [--stop-first] [--detach-adapters]
         [--backend B] [--gpu-layers N] [--context N] [--parallel N] [--threads N]
                                             以同一名称换用其他版本，没有请求失败
  deployment rollback 名称 [--stop-first]    回退到上一个版本
  deployment history 名称                    用过的版本
  deployment set 名称 --on-demand 分钟|--pinned
                                             按需加载、空闲时卸载，或始终加载
  deployment memory [--ram 百分比] [--vram 百分比]
                                             内存占用情况；已加载模型的内存预算
  key create --name 名称 [--department 科室] [--purpose 用途] [--endpoints chat,models|all] [--deployments A,B|all]
         [--requests minute=N,day=N,month=N|none] [--tokens minute=N,day=N,month=N|none] [--concurrent N|none]
         [--expires 365d|YYYY-MM-DD|never] [--public yes|no]
                                             创建 API 密钥，只显示一次；默认有效期一年
  key list | key show 密钥                   列出密钥及配额、有效期和用量；查看其中一个
  key set 密钥 [key create 的各选项]         修改授权与限额，立即生效
  key rotate 密钥 [--overlap 7d|12h|0]       换用新密钥；旧密钥在并存期内仍有效
  key revoke 密钥                            永久吊销；正在生成的回答在下一个词元处结束
  usage [--by key|department|model|day] [--from YYYY-MM-DD] [--to YYYY-MM-DD] [--deployment NAME]
                                             端点的用量；不指定时为最近 30 天
  usage requests [--limit N] [--deployment NAME]
                                             单个请求，最新的在前；从不含内容
  usage seals | usage export [--from …] [--to …]
                                             每日合计与审计日志对照；合计导出为 CSV
  gateway status                             程序访问部署所用的地址
  gateway port N                             更改端点端口（1024 至 65535）
  gateway network show                       谁可以访问端点，以及如何访问
  gateway network open --allow RANGE[,RANGE] [--address all|ADDRESS[,ADDRESS]] [--host-name NAME[,NAME]] [--port N]
         [--plain-http anyone-on-the-network-can-read-keys-and-texts]
                                             向其他计算机开放；除非写明风险，否则一律加密
  gateway network close                      仅限本机上的程序
  gateway certificate export 文件 [--der]    供客户端使用的根证书（- 表示标准输出）
  gateway certificate renew [--root]         立即签发新证书；加 --root 时每个客户端都需要新的根证书
  service print [--platform linux|windows|macos] [--file]
                                             无人登录时如何运行；--file 只输出文件内容
  audit list [--limit N]                     最新的审计事件
  audit verify                               校验整条哈希链
  doctor                                     检查本机的能力与问题

通用选项：
  --data 目录           数据文件夹
  --as 姓名             登录人（只有一人时可省略）
  --password-file 文件  首行为密码的文件；省略时会询问
  --json                输出机器可读的结果
  --lang en|zh-CN       输出语言

模型和数据集后可加 @N 指定版本号。密钥可写名称、ID 或其开头。
退出码：0 完成，1 被拒绝并说明原因，2 用法错误。`,
  usageConsole: '用法：modelward console [--port N] [--no-open] [--data 目录] [--password-file 文件 [--as 姓名]]',
  wrongUsage: '无法理解：{{detail}}',
  askPassword: '密码：',
  setUpDone: '已在 {{path}} 完成设置，第一位人员是 {{name}}。',
  imported: '已导入“{{name}}”：{{architecture}}，{{parameters}} 参数，{{quantization}}，{{size}}。',
  importPhase: '{{phase}} ……',
  removed: '已删除“{{name}}”。',
  deployed: '“{{name}}”已上线（加载用时 {{duration}}）。',
  deployedLater: '“{{name}}”已就绪，将在 Modelward 运行时提供服务：请打开窗口或运行“modelward console”。',
  undeployed: '“{{name}}”已撤下。',
  gatewayRunning: '程序访问部署的地址：{{baseUrl}}',
  gatewayLater: 'Modelward 运行时，程序可通过 {{baseUrl}} 访问部署：请打开窗口或运行“modelward console”。',
  gatewayDown: '{{baseUrl}} 未在监听。',
  gatewayWayOut: '更换端口：modelward gateway port N',
  chatFigures: '提示词元 {{prompt}} 个，输出词元 {{output}} 个，首个词元 {{ttft}}，{{rate}}',
  verifyIntact: '完好：{{checked}} 条事件，{{rate}}。链首 {{sequence}}：{{leaf}}',
  verifyBroken: '不完好：事件 {{sequence}} – {{fault}}。应为 {{expected}}，实为 {{found}}。',
  verifyLimits: '本校验无法发现最新事件被截断，也无法发现已被攻陷的程序自行写入的内容。',
  benchmarked: '“{{label}}”：加载用时 {{load}}，内存峰值 {{ram}}。',
  benchmarkedDeployment: '“{{label}}”，按运行中的状态测量。',
  doubtful: '测量期间其他程序占用了 {{load}} 的处理器：数据仅供参考。',
  noBenchmarks: '尚未测量任何模型。测量一个模型：modelward benchmark 模型',
  baselineImported: '已导入 {{count}} 组数据。',
  baselineSkipped: '第 {{at}} 条已略过：{{reason}}',
  baselineReasons: { 'not-a-number': '其中的数值不是数字', 'no-speed': '没有速度', 'unknown-test': '该测试无法比较', 'too-many': '文件中的条目过多' },
  tuned: '比常用设置快 {{gain}}。部署向导和“modelward deploy”将在本机使用这些设置。',
  tunedSame: '在本机上，常用设置已是找到的最佳设置。',
  tunedSettings: { gpuLayers: 'GPU 层数', threads: '线程数', batchSize: '批大小', flashAttention: 'Flash attention', kvType: 'KV 缓存' },
  tunedOutcomes: { better: '更快', 'no-difference': '没有差别', 'default-is-best': '常用值最佳', 'not-tried-no-time': '时间不足，未尝试', 'not-applicable': '不适用' },
  tests: { prompt: '提示', generation: '生成', streams: '并发' },
  noModels: '还没有模型。导入一个：modelward model import 文件',
  jobProgress: '  {{share}}，剩余 {{left}}  {{detail}}',
  versionMade: '“{{name}}”的版本 {{number}}：{{quantization}}，{{size}}（原为 {{sourceSize}}）。',
  plan: '{{type}}：{{size}}（现为 {{sourceSize}}），每个权重 {{bits}} 位。可用空间 {{free}}。',
  planWarnings: {
    'already-quantized': '来源已经量化过：再次量化会增加第二次损失。',
    'importance-matrix-required': '此类型需要重要性矩阵（--matrix）。',
    'importance-matrix-recommended': '使用重要性矩阵（--matrix）时，此类型的损失会小得多。',
    'larger-than-source': '结果比来源更大。',
    'many-fallbacks': '许多张量不适合此类型，将改用其他类型：',
  },
  noMatrices: '还没有重要性矩阵。计算一个：modelward matrix compute 模型',
  pruneProposal: '去掉第 {{layers}} 层后：{{size}}（现为 {{sourceSize}}），速度约为 {{speed}} 倍。',
  evaluation:
    '版本 {{number}} 与版本 {{parent}} 比较：困惑度 {{perplexity}}（{{parentPerplexity}}），KL 散度 {{divergence}} ± {{divergenceError}}，首选一致 {{agreement}}，{{speed}}（{{parentSpeed}}），内存 {{memory}}（{{parentMemory}}）。',
  approved: '“{{name}}”的版本 {{number}} 已批准。',
  approvalWithdrawn: '“{{name}}”的版本 {{number}} 已撤回批准。',
  train: {
    plan: '{{rows}} 行（验证 {{validation}} 行），约 {{tokens}} 个词元：{{epochs}} 轮共 {{steps}} 步，每步 {{context}} 个词元，学习率 {{rate}}。内存 {{memory}}（可用 {{free}}），磁盘 {{disk}}，约需 {{duration}}。',
    started: '训练 {{runId}}。按 Ctrl+C 暂停。',
    pausing: '{{runId}} 正在保存检查点并暂停。',
    none: '还没有训练过。请训练：modelward train 模型 数据集',
    run: '“{{name}}”v{{number}}，数据“{{data}}”v{{dataNumber}}：{{state}}，第 {{step}} 步，共 {{steps}} 步，用时 {{duration}}。',
    figures: '验证：损失 {{before}} → {{best}}，词元预测正确率 {{beforeAccuracy}} → {{bestAccuracy}}（最佳在第 {{bestStep}} 步）。',
    stoppedEarly: '已提前停止：验证损失不再下降。',
    made: '已成为“{{name}}”的版本 {{number}}。',
    resumable: '可从第 {{step}} 步继续：modelward train resume {{runId}}',
    table: { data: '数据', state: '状态', steps: '步', loss: '最佳损失', train: '训练损失', validation: '验证损失' },
  },
  data: {
    none: '还没有数据集。请导入：modelward data import 文件',
    imported: '“{{name}}”的版本 {{number}}：{{rows}} 行，文本 {{size}}（训练 {{train}}，验证 {{validation}}，测试 {{test}}）。去除重复 {{duplicates}} 行，略过 {{problems}} 行。',
    line: '第 {{line}} 行',
    fileLine: '{{file}} 第 {{line}} 行',
    moreProblems: '另有 {{count}} 行',
    renamed: '现名为“{{name}}”。',
    rowsShown: '共 {{total}} 行，显示 {{shown}} 行。',
    diff: '版本 {{from}} 到版本 {{to}}：新增 {{added}}，移除 {{removed}}，更改 {{changed}}，未变 {{unchanged}}。',
    splits: { train: '训练', validation: '验证', test: '测试' },
    table: { rows: '行数', splits: '训练 / 验证 / 测试', duplicates: '去除的重复行', leftOut: '略过的行', source: '来源', models: '训练出的模型' },
  },
  adapters: {
    none: '还没有适配器。导入一个：modelward adapters import 文件 --model 模型',
    imported: '已为“{{model}}”导入适配器“{{name}}”：它改动 {{count}} 个矩阵。',
    attached: '已挂载到 {{name}}：{{adapters}}。',
    nothingAttached: '{{name}} 未挂载适配器。',
    rank: '秩',
  },
  table: {
    name: '名称',
    id: '标识',
    architecture: '架构',
    parameters: '参数量',
    quantization: '量化',
    size: '大小',
    versions: '版本数',
    inUse: '使用中',
    context: '上下文',
    licence: '许可证',
    sha256: 'SHA-256',
    version: '版本',
    stored: '存储方式',
    importedBy: '导入人',
    deployments: '部署',
    notes: '备注',
    label: '名称',
    test: '测试',
    tokens: '词元',
    streams: '并发数',
    speed: '词元/秒',
    spread: '±',
    firstToken: '首词元 p50 / p95（毫秒）',
    betweenTokens: '词元间隔 p50 / p95 / p99（毫秒）',
    backend: '后端',
    machine: '机器',
    setting: '设置',
    from: '之前',
    to: '现在',
    gain: '提升',
    outcome: '结果',
    number: '序号',
    time: '时间',
    actor: '操作人',
    event: '事件',
    object: '对象',
    text: '文本',
    chunks: '窗口数',
    tensor: '张量',
    wanted: '期望',
    got: '实际',
    result: '结果',
  },
};

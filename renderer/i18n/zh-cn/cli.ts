import type { Translated } from '../translated.ts';
import type { cli as english } from '../en/cli.ts';

export const cli: Translated<typeof english> = {
  usage: `用法：modelward <命令> [选项]

  setup --name 姓名 --password-file 文件      首次运行：建立数据文件夹、密钥和第一位人员
  console [--port N] [--no-open]             在浏览器中打开界面；用一行输出网址
  model import 文件 [--name 名称]             检查并导入 .gguf 文件
  model list                                 列出模型、版本与使用情况
  model show 模型                            查看一个模型的详情
  model remove 模型                          删除模型及其全部文件
  deploy 模型 --name 名称 [--context N] [--backend B] [--gpu-layers N] [--parallel N] [--threads N]
         [--max-output N] [--queue N] [--memory-limit MB]
                                             以端点名称部署模型
  undeploy 名称                              撤下部署
  chat 部署 文本                             提一个问题
  key create --name 名称                     创建 API 密钥，只显示一次
  gateway status                             程序访问部署所用的地址
  gateway port N                             更改端点端口（1024 至 65535）
  audit list [--limit N]                     最新的审计事件
  audit verify                               校验整条哈希链
  doctor                                     检查本机的能力与问题

通用选项：
  --data 目录           数据文件夹
  --as 姓名             登录人（只有一人时可省略）
  --password-file 文件  首行为密码的文件；省略时会询问
  --json                输出机器可读的结果
  --lang en|zh-CN       输出语言

退出码：0 完成，1 被拒绝并说明原因，2 用法错误。`,
  usageConsole: '用法：modelward console [--port N] [--no-open] [--data 目录]',
  wrongUsage: '无法理解：{{detail}}',
  askPassword: '密码：',
  setUpDone: '已在 {{path}} 完成设置，第一位人员是 {{name}}。',
  imported: '已导入“{{name}}”：{{architecture}}，{{parameters}} 参数，{{quantization}}，{{size}}。',
  importPhase: '{{phase}} ……',
  removed: '已删除“{{name}}”。',
  deployed: '“{{name}}”已上线（加载用时 {{duration}}）。',
  deployedLater: '“{{name}}”已就绪，将在 Modelward 运行时提供服务：请打开窗口或运行“modelward console”。',
  undeployed: '“{{name}}”已撤下。',
  keyMade: 'API 密钥“{{name}}”，仅显示这一次：',
  gatewayRunning: '程序访问部署的地址：{{baseUrl}}',
  gatewayLater: 'Modelward 运行时，程序可通过 {{baseUrl}} 访问部署：请打开窗口或运行“modelward console”。',
  gatewayDown: '{{baseUrl}} 未在监听。',
  gatewayWayOut: '更换端口：modelward gateway port N',
  chatFigures: '提示词元 {{prompt}} 个，输出词元 {{output}} 个，首个词元 {{ttft}}，{{rate}}',
  verifyIntact: '完好：{{checked}} 条事件，{{rate}}。链首 {{sequence}}：{{leaf}}',
  verifyBroken: '不完好：事件 {{sequence}} – {{fault}}。应为 {{expected}}，实为 {{found}}。',
  verifyLimits: '本校验无法发现最新事件被截断，也无法发现已被攻陷的程序自行写入的内容。',
  noModels: '还没有模型。导入一个：modelward model import 文件',
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
    number: '序号',
    time: '时间',
    actor: '操作人',
    event: '事件',
    object: '对象',
    result: '结果',
  },
};

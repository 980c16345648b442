import type { Translated } from '../translated.ts';
import type { doctor as en } from '../en/doctor.ts';

export const doctor: Translated<typeof en> = {
  states: { fine: '正常', look: '请留意', act: '需处理' },
  software: '{{backendName}} 仅为软件模拟，比处理器更慢，不推荐使用。',
  runtime: {
    missing: '没有安装桌面窗口的运行环境（Electron {{version}}），浏览器中的界面完全相同。网络可达时“npm start”会自动下载；否则请将其解压到 {{folder}}。',
    'other-version':
      '桌面窗口的运行环境是 Electron {{foundVersion}}，而需要的是 {{version}}；浏览器中的界面完全相同。网络可达时“npm start”会自动下载；否则请将其解压到 {{folder}}。',
  },
  clockBehind: {
    build: '时钟显示 {{now}}，但此 Modelward 构建于更晚的 {{latest}}。请校准本机时钟，审计日志使用其时间。',
    event: '时钟显示 {{now}}，但审计日志中已有 {{latest}} 的事件。请校准本机时钟；如果现在的时间正确，则说明当时的时钟有误。',
    database: '时钟显示 {{now}}，但数据库在 {{latest}} 已被写入。请校准本机时钟；如果现在的时间正确，则说明当时的时钟有误。',
  },
  checks: {
    node: {
      name: 'Node.js',
      fine: '版本 {{version}}。',
      look: '版本 {{version}} 可用，建议使用 {{required}} 或更高版本。',
      act: '版本 {{version}} 过旧，请安装 {{required}} 或更高版本。',
    },
    'data-folder': {
      name: '数据文件夹',
      fine: '{{path}} 可读可写。',
      look: '本机其他账户可能读取 {{path}}，请将其限制为仅当前账户可访问。',
      act: '无法打开或写入 {{path}}。启动页面说明了原因和处理办法。',
    },
    'disk-space': {
      name: '磁盘空间',
      fine: '可用 {{freeBytes}}，共 {{totalBytes}}。',
      look: '仅剩 {{freeBytes}}（共 {{totalBytes}}），较大的模型可能放不下。',
      act: '仅剩 {{freeBytes}}（共 {{totalBytes}}），请先腾出空间再导入。',
    },
    database: {
      name: '数据库',
      fine: '已打开，已加密，状态正常。',
      look: '尚未设置，或需登录后才能打开。',
      act: '无法打开。启动页面说明了原因和处理办法。',
    },
    'key-file': {
      name: '密钥文件',
      fine: '密钥文件完好。',
      look: '尚无密钥文件，首次启动时会生成。',
      act: '密钥文件缺失或损坏，请从数据文件夹的备份中恢复。',
    },
    memory: {
      name: '内存',
      fine: '可用 {{availableBytes}}，共 {{totalBytes}}。',
      look: '可用 {{availableBytes}}（共 {{totalBytes}}），只够运行小模型。',
      act: '可用 {{availableBytes}}（共 {{totalBytes}}），加载模型前请关闭其他程序。',
    },
    cpu: {
      name: '处理器',
      fine: '{{name}}，可用 {{usableCores}} 个核心。',
      look: '{{name}}，可用 {{usableCores}} 个核心；较大的模型回答会较慢。',
      act: '{{name}} 缺少推理引擎所需的指令集。',
    },
    backend: {
      name: '计算后端',
      fine: '{{backendName}} 可用。',
      look: '{{backendName}} 不可用。{{reasonSentence}}',
      act: '{{backendName}} 任何时候都应可用，但实际不可用。{{reasonSentence}}',
    },
    engine: {
      name: '推理引擎',
      fine: 'llama.cpp {{release}} 已就位。',
      look: 'llama.cpp {{release}} 已就位，另有提示：{{detail}}',
      act: '推理引擎无法加载，请重新安装 Modelward。{{detail}}',
    },
    'desktop-runtime': {
      name: '桌面窗口',
      fine: '桌面窗口的运行环境已就位。{{electron}}',
      look: '{{runtimeSentence}}',
      act: '桌面窗口的运行环境已损坏，请重新安装 Modelward。',
    },
    clock: {
      name: '时钟',
      fine: '不早于此处的任何记录。',
      look: '{{clockSentence}}',
      act: '时钟不准，审计日志的时间会出错，请校准时钟。',
    },
  },
};

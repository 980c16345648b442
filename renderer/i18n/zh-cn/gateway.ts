import type { Translated } from '../translated.ts';
import type { gateway as en } from '../en/gateway.ts';

export const gateway: Translated<typeof en> = {
  title: '网关',
  lead: '程序在这里调用各个部署，用法与 OpenAI API 相同。',
  endpoint: {
    title: '端点',
    running: '运行中',
    down: '未运行',
    baseUrl: '基础地址',
    only: '供本机上的程序使用。',
    port: '端口',
    changePort: '更改端口',
    dialogTitle: '更改端口',
    dialogBody: '更改后程序须使用新地址。正在处理的请求会在旧地址上完成。',
    portHelp: '1024 至 65535 之间，通常为 8484。',
    portWrong: '请输入 1024 至 65535 之间的整数。',
    verb: '更改',
    changed: '端点地址现为 {{baseUrl}}。',
  },
  examples: {
    title: '示例',
    lead: '可直接粘贴使用。程序从环境变量 MODELWARD_API_KEY 读取密钥。',
    model: '部署',
    curl: 'curl',
    python: 'Python',
    javascript: 'JavaScript',
    tabs: '编程语言',
    question: '早上好，你能做些什么？',
    noDeployment: '请先部署一个模型，示例中会自动填入其名称。',
    install: '需要安装 “openai” 软件包。',
  },
};

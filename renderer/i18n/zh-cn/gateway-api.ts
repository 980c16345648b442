import type { Translated } from '../translated.ts';
import type { gatewayApi as en } from '../en/gateway-api.ts';

export const gatewayApi: Translated<typeof en> = {
  endpoints: {
    title: '可用接口',
    lead: '为 OpenAI 或 Anthropic 编写的程序无需改动：填入地址和密钥即可。部署不支持的功能会被明确拒绝，并指出是哪个参数。',
    chat: '对话：支持工具调用、JSON Schema、对数概率和流式输出。',
    responses: '同上，采用 OpenAI Responses 格式；请求之间不保存任何内容。',
    messages: '同上，采用 Anthropic 格式。',
    countTokens: '提问前先计算提示词的词元数。',
    completions: '续写文本，不带对话。',
    embeddings: '把文本转换为向量，需要嵌入模型。',
    rerank: '按与查询的相关程度为文档排序，需要重排模型。',
    models: '当前能够应答的部署。',
    health: '表明网关正在运行，无需密钥。',
    metrics: '供 Prometheus 采集的计数与耗时。',
    document: '完整接口说明（OpenAPI）',
    anthropicUrl: 'Anthropic 客户端的基础地址',
  },
  examples: {
    purpose: '用途',
    chat: '对话',
    embeddings: '嵌入',
    anthropic: 'Anthropic',
    installAnthropic: '需要安装 “@anthropic-ai/sdk” 软件包。',
  },
};

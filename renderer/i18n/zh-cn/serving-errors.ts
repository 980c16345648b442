import type { refusedGenerations as englishReasons, servingErrorCodes as englishCodes } from '../en/serving-errors.ts';
import type { Translated } from '../translated.ts';
import { switchingErrorCodes } from './switching-errors.ts';

/** 与程序请求有关的错误代码（main/contract/errors.ts）的文字，格式同 errors.ts。 */
export const servingErrorCodes: Translated<typeof englishCodes> = {
  ...switchingErrorCodes,
  DEPLOYMENT_BUSY: {
    what: '“{{name}}”的请求已满。',
    why: '等待队列的 {{queueLimit}} 个位置已占满。',
    next: '请稍后重试，或调高队列上限。',
  },
  QUEUE_TIMEOUT: {
    what: '“{{name}}”未能及时处理该请求。',
    why: '请求已排队 {{waitedMs}}，达到最长等待时间。',
    next: '请稍后重试，或增加该部署的并行序列数。',
  },
  GENERATION_REFUSED: {
    what: '引擎无法完成所要求的操作。',
    why: '{{refusedGeneration}}{{detail}}',
    next: '请修改请求，或改用模型支持该功能的部署。',
  },
};

/** GENERATION_REFUSED 的原因。 */
export const refusedGenerations: Translated<typeof englishReasons> = {
  grammar: '该语法无法使用。',
  'json-schema': '该 JSON Schema 无法转换为语法。',
  tools: '该模型无法调用工具。',
  token: '词元编号不在模型词表中。',
  'empty-prompt': '提示为空，且该模型没有文本起始词元。',
  'format-with-tools': '不能同时规定回答格式和调用工具。',
  'no-embeddings': '该模型不生成嵌入向量。',
  'no-ranking': '该模型不能对文档排序。',
  'no-generation': '该模型不生成文本：它用于生成嵌入向量或对文档重新排序。',
  'fall-back-engine': '备用引擎不提供该功能。',
};

import type { textVectors as english } from '../en/text-vectors.ts';
import type { Translated } from '../translated.ts';

/** 嵌入模型与重排序模型：导入、试运行、页面与示例。 */
export const textVectors: Translated<typeof english> = {
  purpose: '用途',
  kinds: { 'text-generation': '对话', embedding: '嵌入', reranking: '重排序', projector: '投影器', adapter: '适配器', other: '其他' },
  import: {
    embedding: '此模型把文本转换为向量，程序借此查找相似内容。它不生成文本，因此没有对话、微调和困惑度。',
    reranking: '此模型按文档与查询的相关程度排序。它不生成文本，因此没有对话、微调和困惑度。',
  },
  settings: {
    longest: '最长文本',
    longestExplain: '单条文本最多的词元数。更长的文本会被拒绝，绝不截断：应由程序先行拆分。词元越多，占用内存越多。',
  },
  trial: {
    question: '它能完成自己的任务吗？',
    help: '以这些设置加载模型并试用一次。随后部署时不会重新加载。可以跳过此步。',
    text: '文本',
    query: '查询',
    documents: '文档，每行一条',
    sampleText: '在哪里可以找到患者的出院小结？',
    sampleQuery: '出院小结存放在哪里？',
    sampleDocuments: '出院小结按日期存放在病区档案室。\n食堂的开放时间是十一点到两点。\n寄给患者的信件由主任医师签字。',
    embedding: '生成的向量',
    dimensions: '维数',
    dimensionsExplain: '一个向量包含的数字个数。程序保存的向量都是这个长度，不能与其他模型的向量混用。',
    length: '长度',
    lengthExplain: '所有向量的长度都归一化为 1，两个向量的内积即表示文本的相似程度。',
    first: '前几个数',
    order: '排序结果',
    speed: '速度',
  },
  try: {
    embeddingTitle: '试一试：两段文本有多相似？',
    rerankingTitle: '试一试：哪篇文档最能回答查询？',
    first: '第一段文本',
    second: '第二段文本',
    sampleFirst: '患者诉胸部疼痛。',
    sampleSecond: '她说自己胸口疼。',
    compare: '比较',
    rank: '排序',
    similarity: '相似度（余弦）',
    similarityExplain: '1 表示方向相同，0 表示没有共同之处。多少算相似取决于模型，请用熟悉的文本比较。',
    used: '{{tokens}} 个词元，用时 {{time}}',
    dimensions: '{{count}} 维',
    place: '名次',
    document: '文档',
    score: '分数',
    scoreExplain: '分数越大越相关，尺度由模型决定。不同查询的分数不能互相比较。',
    notReady: '就绪后即可试用。',
  },
  switch: {
    embedding: '另一版本的向量不能与此前生成的向量比较。切换后，程序必须重新生成全部向量。',
  },
  summary: {
    serve: '多条文本一起计算，各程序轮流处理；最多 {{queue}} 个请求排队等待。',
    cut: '超过 {{tokens}} 个词元的文本会被拒绝。占用内存超过 {{memory}} 时会被终止并说明原因。',
  },
  examples: { rerank: '重排序', noneOf: '还没有可用的部署。请先部署一个用于“{{purpose}}”的模型。' },
  command: { embedded: '向量为 {{dimensions}} 维，长度 {{length}}。', ranked: '{{score}}  {{text}}' },
};

/** What a ticket can be about. The order is the order of every table about them. */
export const categories = ['sign-in', 'e-mail', 'printer', 'network', 'records', 'imaging', 'laboratory', 'telephone', 'hardware', 'software', 'security', 'request'] as const;
export type Category = (typeof categories)[number];

/** How soon somebody must look at it, from least to most. */
export const urgencies = ['low', 'normal', 'high', 'critical'] as const;
export type Urgency = (typeof urgencies)[number];

export const languages = ['en', 'zh'] as const;
export type Language = (typeof languages)[number];

/** The words the model writes. Stable: whoever reads its answers by program relies on them. */
export const categoryLabels: Readonly<Record<Language, Readonly<Record<Category, string>>>> = {
  en: {
    'sign-in': 'sign-in',
    'e-mail': 'e-mail',
    printer: 'printer',
    network: 'network',
    records: 'patient records',
    imaging: 'imaging',
    laboratory: 'laboratory',
    telephone: 'telephone',
    hardware: 'hardware',
    software: 'software',
    security: 'security',
    request: 'request',
  },
  zh: {
    'sign-in': '登录',
    'e-mail': '邮件',
    printer: '打印机',
    network: '网络',
    records: '病历系统',
    imaging: '影像系统',
    laboratory: '检验系统',
    telephone: '电话',
    hardware: '硬件',
    software: '软件',
    security: '信息安全',
    request: '新申请',
  },
};

export const urgencyLabels: Readonly<Record<Language, Readonly<Record<Urgency, string>>>> = {
  en: { low: 'low', normal: 'normal', high: 'high', critical: 'critical' },
  zh: { low: '低', normal: '普通', high: '高', critical: '紧急' },
};

const headings = {
  en: { category: 'Category: ', urgency: 'Urgency: ', reply: 'Reply: ' },
  zh: { category: '类别：', urgency: '紧急程度：', reply: '回复：' },
} as const;

export interface Answer {
  readonly category: Category;
  readonly urgency: Urgency;
  readonly reply: string;
}

/** Three lines: category, urgency, one sentence. */
export function writeAnswer(language: Language, { category, urgency, reply }: Answer): string {
  const heading = headings[language];
  return `${heading.category}${categoryLabels[language][category]}\n${heading.urgency}${urgencyLabels[language][urgency]}\n${heading.reply}${reply}`;
}

export interface ReadAnswer {
  readonly language: Language | null;
  readonly category: Category | null;
  readonly urgency: Urgency | null;
}

/** Reads the two label lines of an answer, in either language; null for what is not there or not one of the labels. */
export function readAnswer(text: string): ReadAnswer {
  for (const language of languages) {
    const heading = headings[language];
    if (!text.startsWith(heading.category)) continue;
    const [first = '', second = ''] = text.split('\n');
    const category = first.slice(heading.category.length);
    const urgency = second.startsWith(heading.urgency) ? second.slice(heading.urgency.length) : '';
    return {
      language,
      category: categories.find((name) => categoryLabels[language][name] === category) ?? null,
      urgency: urgencies.find((name) => urgencyLabels[language][name] === urgency) ?? null,
    };
  }
  return { language: null, category: null, urgency: null };
}

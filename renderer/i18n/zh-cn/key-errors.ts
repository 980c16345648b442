import type { keyErrorCodes as englishCodes, keyErrorParts as englishParts } from '../en/key-errors.ts';
import type { Translated } from '../translated.ts';

export const keyErrorCodes: Translated<typeof englishCodes> = {
  KEY_REVOKED: {
    what: '密钥“{{name}}”已吊销。',
    why: '吊销时间：{{keyWhen}}。已吊销的密钥不能再使用、修改或恢复。',
    next: '请新建一个密钥代替它。',
  },
  KEY_EXPIRED: {
    what: '密钥“{{name}}”已过期。',
    why: '有效期至 {{keyWhen}}。',
    next: '请延长有效期，或新建一个密钥。',
  },
  KEY_EXPIRY_PAST: {
    what: '有效期早于当前时间。',
    why: '若在 {{keyWhen}} 到期，该密钥将无法使用。',
    next: '请选择更晚的日期，或设为长期有效。',
  },
  KEY_AMBIGUOUS: {
    what: '有多个密钥名为“{{name}}”。',
    why: '它们的开头分别是 {{keyList}}。',
    next: '请改用密钥开头或 ID 指明是哪一个。',
  },
  KEY_SCOPE: {
    what: '程序请求了其密钥未授权的内容。',
    why: '请求的是“{{wanted}}”，该密钥只允许：{{keyAllowed}}。',
    next: '请为程序换用其他密钥，或扩大该密钥的授权范围。',
  },
  KEY_QUOTA: {
    what: '密钥配额已用完。',
    why: '配额为{{keyWindow}} {{limit}} {{keyUnit}}，将于 {{keyWhen}} 重新计数。',
    next: '请等到该时间，或在密钥页面调高配额。',
  },
  KEY_BUSY: {
    what: '密钥的并发请求数已达上限。',
    why: '最多允许同时处理 {{limit}} 个请求。',
    next: '程序应等前一个回答结束后再发起请求，或调高并发上限。',
  },
};

export const keyErrorParts: Translated<typeof englishParts> = {
  units: { requests: '次请求', tokens: '个词元' },
  windows: { minute: '每分钟', day: '每天', month: '每月' },
  nothing: '无',
};

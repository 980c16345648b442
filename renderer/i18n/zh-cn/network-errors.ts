import type { Translated } from '../translated.ts';
import type { networkErrorCodes as english } from '../en/network-errors.ts';

export const networkErrorCodes: Translated<typeof english> = {
  ADDRESS_GONE: {
    what: '本机没有地址 {{address}}。',
    why: '该地址已被收回或从未分配给本机：可能换了网络、网线未接，或地址有误。',
    next: '请从本机现有的地址中选择。原有设置未作任何更改。',
  },
  ENDPOINT_SILENT: {
    what: '端点已在 {{address}} 的端口 {{port}} 上打开，但没有应答。',
    why: 'Modelward 通过该地址向自己发出请求，结果是：{{detail}}。',
    next: '请检查本机是否有防火墙或代理拦截，然后重试。原有设置未作任何更改。',
  },
};

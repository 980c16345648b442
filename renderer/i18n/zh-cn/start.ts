import type { Translated } from '../translated.ts';
import type { start as en } from '../en/start.ts';

export const start: Translated<typeof en> = {
  setUp: {
    title: '设置 Modelward',
    language: { step: '语言', question: '您希望使用哪种语言？', help: '之后可随时切换，只影响您自己。' },
    folder: {
      step: '数据文件夹',
      question: '数据存放在哪里？',
      help: '该文件夹存放模型、加密数据库和审计日志。请选择空间充足的磁盘：一个模型约占 1 至 50 GB。',
      label: '数据文件夹',
      fixed: '该文件夹在启动时已指定，此处不能更改。',
      why: 'Modelward 的全部数据都在这一个文件夹里：备份它即备份全部，移动它即移动全部。',
    },
    person: {
      step: '首位用户',
      question: '您是谁？',
      help: '系统没有默认账户。您将成为第一位管理员。',
      name: '用户名',
      nameHelp: '将显示在审计日志中，例如“李娜”或“n.li”。',
      password: '密码',
      repeat: '再次输入密码',
      mismatch: '两次输入不一致。',
      ruleMissing_other: '还差 {{count}} 个字符',
      ruleMet: '长度足够',
      rule: '至少 {{minimum}} 个字符。用一句短话最容易记住。',
      warning: '此密码无人能够重置，请在安全的地方留存一份。',
      why: '密码同时保护数据库的密钥。长密码比带特殊字符的短密码更难被猜中（NIST SP 800-63B）。',
    },
    verb: '完成设置',
  },
  signIn: {
    title: '登录',
    name: '用户名',
    password: '密码',
    verb: '登录',
    locked: '数据库已加密，需用您的密码打开。',
    capsLock: '大写锁定已开启。',
  },
  lock: {
    title: '屏幕已锁定',
    body: '当前用户：{{name}}。之前打开的内容仍然保留。',
    verb: '解锁',
    other: '以其他用户登录',
    otherBody: '{{name}} 在此页面上未保存的内容将丢失。正在运行的任务会继续。',
    otherVerb: '离开此页面',
  },
  broken: {
    title: 'Modelward 无法打开数据',
    retrying: '正在重新检查…',
    folder: '数据文件夹',
    checks: '本机检查结果',
  },
};

import type { Translated } from '../translated.ts';
import type { jobs as en } from '../en/jobs.ts';

export const jobs: Translated<typeof en> = {
  kinds: { 'models.import': '导入' },
  states: {
    queued: '等待中',
    running: '运行中',
    succeeded: '已完成',
    failed: '失败',
    cancelled: '已取消',
    interrupted: '已中断',
  },
  phases: {
    space: '检查磁盘空间',
    structure: '检查文件结构',
    architecture: '检查架构与词表',
    'chat-template': '检查对话模板',
    store: '存储文件',
    hash: '计算 SHA-256',
    'trial-load': '试加载',
    register: '登记',
  },
  phaseStates: { waiting: '待进行', running: '进行中', done: '已完成', failed: '失败', stopped: '在此停止' },
  units: { bytes: '字节', steps: '步', tokens: '词元', rows: '行' },
  timeLeft: '剩余 {{time}}',
  speed: '{{rate}}',
  cancel: '取消',
  cancelling: '正在取消…',
  survives: '可以关闭此窗口：任务会继续进行，并列在“任务”中。',
  finishedToast: '{{title}}：已完成',
  failedToast: '{{title}}：失败',
};

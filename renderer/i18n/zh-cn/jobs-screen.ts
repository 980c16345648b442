import type { Translated } from '../translated.ts';
import type { jobsScreen as en } from '../en/jobs-screen.ts';

export const jobsScreen: Translated<typeof en> = {
  title: '任务',
  lead: '耗时较长的工作，包括正在进行和已结束的。关闭窗口后任务继续进行。',
  empty: {
    title: '还没有任务',
    body: '耗时较长的工作会成为任务，例如导入模型。进度和结果都保留在这里。',
    importModel: '导入模型',
  },
  running: '正在进行',
  table: {
    label: '任务',
    title: '内容',
    kind: '类型',
    state: '状态',
    startedBy: '发起者',
    created: '开始时间',
    duration: '用时',
  },
  stateFilter: '状态',
  retry: '重新运行',
  retried: '已作为新任务重新开始。',
  cancel: '取消',
  cancelled: '“{{title}}”已取消。',
  openResult: '打开结果',
  detail: {
    title: '{{kind}}：{{title}}',
    state: '状态',
    startedBy: '发起者',
    created: '提交时间',
    started: '开始时间',
    ended: '结束时间',
    duration: '用时',
    phases: '阶段',
    waiting: '前一个任务完成后立即开始。',
    interrupted: '运行期间 Modelward 被关闭。没有留下未完成的内容，可以重新运行。',
    cancelledNote: '任务已取消，没有留下未完成的内容。',
  },
};

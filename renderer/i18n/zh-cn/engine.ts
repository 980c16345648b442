import type { Translated } from '../translated.ts';
import type { engine as en } from '../en/engine.ts';

export const engine: Translated<typeof en> = {
  backends: { cpu: '处理器（CPU）', cuda: 'CUDA（NVIDIA）', vulkan: 'Vulkan', metal: 'Metal（Apple）' },
  missing: {
    'other-platform': { why: '它不支持本操作系统。', remedy: '无需处理，请使用其他方式。' },
    'library-missing': {
      why: '缺少它所需的系统库。',
      remedy: '请安装显卡驱动及其库（Vulkan 需要 libvulkan1 软件包），然后重新检测。',
    },
    'driver-missing': { why: '检测到显卡，但没有安装驱动。', remedy: '请安装显卡厂商的驱动并重启计算机，然后重新检测。' },
    'no-device': { why: '没有可供使用的显卡。', remedy: '请使用处理器，或换用配有合适显卡的计算机。' },
    'package-missing': {
      why: '没有安装对应的引擎组件。',
      remedy: '安装程序中已包含该组件；从源代码安装时，请按 README 的说明添加。',
    },
    'load-failed': { why: '库文件存在，但无法加载。', remedy: '请更新显卡驱动并重启计算机，然后重新检测。' },
  },
  failed: {
    crashed: {
      what: '推理引擎意外退出。',
      why: '承载模型的进程崩溃（{{detail}}）。Modelward 的其他部分未受影响。',
      next: '请重新启动。如再次出现，请减小上下文或换用模型的其他版本。',
    },
    hung: {
      what: '推理引擎停止响应，已被结束。',
      why: '它在时限内没有任何响应（{{detail}}）。',
      next: '请重新启动。如再次出现，请检查计算机的负载。',
    },
    'never-ready': {
      what: '推理引擎未能就绪。',
      why: '加载时间超过了时限（{{detail}}）。',
      next: '请检查磁盘是否过慢、计算机是否繁忙，然后重新启动。',
    },
    'memory-limit': {
      what: '推理引擎因占用内存过多而被结束。',
      why: '它超过了该部署的内存上限（{{detail}}）。',
      next: '请调高上限，或减小上下文、减少同时处理的请求数。',
    },
    'load-failed': {
      what: '推理引擎无法加载模型。',
      why: '{{detail}}',
      next: '请减小上下文，或减少放在显卡上的层数。如仍无效，请重新导入模型。',
    },
    'cannot-start': {
      what: '推理引擎无法启动。',
      why: '{{detail}}',
      next: '请查看“设置”中的检查结果，其中说明了本机缺少什么。',
    },
  },
  states: {
    stopped: '已停止',
    sleeping: '休眠',
    starting: '正在启动',
    ready: '就绪',
    restarting: '正在重启',
    stopping: '正在停止',
    failed: '失败',
  },
};

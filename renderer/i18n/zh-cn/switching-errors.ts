import type { switchingErrorCodes as english } from '../en/switching-errors.ts';
import type { Translated } from '../translated.ts';

export const switchingErrorCodes: Translated<typeof english> = {
  OVERLAP_DOES_NOT_FIT: {
    what: '“{{name}}”的新旧两个版本无法同时加载。',
    why: '新版本需要 {{neededBytes}}；当前版本占用 {{heldBytes}}，{{placeName}}还剩 {{availableBytes}}。',
    next: '{{overlapRemedy}}',
  },
  MEMORY_HELD: {
    what: '没有足够的内存加载“{{name}}”。',
    why: '需要 {{neededBytes}}（{{placeName}}）；已加载模型的内存预算为 {{budgetBytes}}，其中 {{usedBytes}} 已被占用：{{holderList}}。',
    next: '请停止其中一个或改为按需加载，也可以在“部署”页面调高内存预算。',
  },
  TRIAL_OVER: {
    what: '“{{name}}”新版本的试运行已失效。',
    why: '试运行的版本只保留五分钟，且设置不能再改。当前版本仍在服务，没有任何改动。',
    next: '请重新试运行，然后再切换。',
  },
  DEPLOYMENT_CHANGED: {
    what: '“{{name}}”在此期间已被改动。',
    why: '它的版本、设置或适配器与准备切换时不同，因此没有切换。',
    next: '请查看部署的当前情况，然后重新准备切换。',
  },
  OTHER_PURPOSE: {
    what: '“{{name}}”不能切换到该模型。',
    why: '程序按“{{purposeName}}”模型使用它，而所选模型的用途是“{{wantedName}}”。',
    next: '请选择用途相同的版本，或为另一个模型新建部署。',
  },
  NOTHING_TO_ROLL_BACK_TO: {
    what: '“{{name}}”没有可以回退的版本。',
    why: '它只用过一个版本，或之前的版本已被删除。',
    next: '请用“切换版本”选择一个版本。',
  },
};

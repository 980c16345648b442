import type { Implementer } from '../kernel/router-base.ts';
import type { QuantizationService } from './quantization.service.ts';

const done = { done: true } as const;

/** `quantization.*` of the contract. */
export function quantizationRouter(os: Implementer, service: () => QuantizationService) {
  const area = os.quantization;
  return {
    types: area.types.handler(() => [...service().types()]),
    plan: area.plan.handler(({ input, context }) => service().plan(context.interaction, input)),
    quantize: area.quantize.handler(({ input, context }) => service().quantize(context.interaction, input)),
    computeMatrix: area.computeMatrix.handler(({ input, context }) => service().computeMatrix(context.interaction, input)),
    importMatrix: area.importMatrix.handler(({ input, context }) => service().importMatrix(context.interaction, input)),
    matrices: area.matrices.handler(() => service().matrices()),
    removeMatrix: area.removeMatrix.handler(async ({ input, context }) => {
      await service().removeMatrix(context.interaction, input.matrixId);
      return done;
    }),
    measureLayers: area.measureLayers.handler(({ input, context }) => service().measureLayers(context.interaction, input)),
    layerReports: area.layerReports.handler(({ input }) => service().layerReports(input.versionId)),
    proposePruning: area.proposePruning.handler(({ input }) => service().proposePruning(input)),
    prune: area.prune.handler(({ input, context }) => service().prune(context.interaction, input)),
    evaluate: area.evaluate.handler(({ input, context }) => service().evaluate(context.interaction, input)),
    evaluations: area.evaluations.handler(({ input }) => service().evaluations(input.versionId)),
    evaluation: area.evaluation.handler(({ input }) => service().evaluation(input.evaluationId)),
    policy: area.policy.handler(() => service().policy()),
    setPolicy: area.setPolicy.handler(({ input, context }) => {
      service().setPolicy(context.interaction, input);
      return done;
    }),
  };
}

import type { Implementer } from '../kernel/router-base.ts';
import type { GatewayService } from './gateway.service.ts';

/** `gateway.*` of the contract. */
export function gatewayRouter(os: Implementer, gateway: () => GatewayService) {
  return {
    status: os.gateway.status.handler(() => gateway().status()),
    setPort: os.gateway.setPort.handler(({ input, context }) => gateway().setPort(context.interaction, input)),
  };
}

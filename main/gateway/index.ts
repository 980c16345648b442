/** Front door of the gateway room: other areas import only from here. */
export { apiKeysRouter } from './api-keys.router.ts';
export { gatewayRouter } from './gateway.router.ts';
export { createGateway, DEFAULT_GATEWAY_PORT } from './gateway.service.ts';
export type { GatewayService } from './gateway.service.ts';
export { serviceFiles } from './network/service-files.ts';
export { networkRouter } from './network/network.router.ts';
export type { NetworkPorts } from './network/network.service.ts';

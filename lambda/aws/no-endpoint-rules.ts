/** Stands in the bundle for the SDK's engine of endpoint rules, and for the configuration files that it reads: the handler knows its endpoints. */
export const customEndpointFunctions: { [namespace: string]: object } = {};

export class EndpointError extends Error {}

function none(): never {
  throw new Error('the handler knows its endpoints');
}

export {
  none as BinaryDecisionDiagram, none as decideEndpoint, none as EndpointCache, none as getEndpointPlugin, none as isIpAddress,
  none as isValidHostLabel, none as resolveEndpoint, none as resolveEndpointConfig, none as toEndpointV1,
};

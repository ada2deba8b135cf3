/** Replaces the SDK's engine of endpoint rules, and the configuration files that it reads, in the bundle: the handler knows its endpoints. */
export const customEndpointFunctions: { [namespace: string]: object } = {};

export class EndpointError extends Error {}

function none(): never {
  throw new Error('the handler knows its endpoints');
}

export {
  none as BinaryDecisionDiagram, none as decideEndpoint, none as EndpointCache, none as getEndpointPlugin, none as isIpAddress,
  none as isValidHostLabel, none as resolveEndpoint, none as resolveEndpointConfig, none as resolveParams, none as toEndpointV1,
};

import { eventHeaders, KnownWebhook } from '../simulator/poster';
import { DevOpsAgentService } from '../simulator/service';

/** A webhook as its secret keeps it. */
export interface CapturedWebhook extends KnownWebhook {
  readonly webhookId: string;
  readonly agentSpaceId: string;
  readonly serviceId: string;
  readonly associationId: string;
}

const EVENT = JSON.stringify({ eventType: 'incident', incidentId: '1', action: 'created', priority: 'HIGH', title: 'Checkout is slow' });

/** Posts an event as a consumer of a secret does, without a network, and returns the status of the answer. */
export function post(service: DevOpsAgentService, webhook: KnownWebhook, body = EVENT): number {
  const headers = eventHeaders(webhook, body);
  return service.webhooks.receive(new URL(webhook.webhookUrl).pathname, headers, Buffer.from(body)).status;
}

/** Whether a secret's text is the capture of the live association of an agent space and a service: it names it, and its webhook believes it. */
export function isCaptured(service: DevOpsAgentService, text: string, agentSpaceId: string, serviceId: string): boolean {
  const live = service.snapshot().associations.find((other) => other.agentSpaceId === agentSpaceId && other.serviceId === serviceId);
  const captured: Partial<CapturedWebhook> = JSON.parse(text);
  return live !== undefined
    && captured.agentSpaceId === agentSpaceId && captured.serviceId === serviceId && captured.associationId === live.associationId
    && service.snapshot().webhooks.some(({ webhookId, associationId }) => webhookId === captured.webhookId && associationId === live.associationId)
    && post(service, captured as CapturedWebhook) === 200;
}

/** A poster of events to webhooks that is written from their specifications and shares nothing with the verifier. */

import { createHmac } from 'node:crypto';

/** The webhook as a poster knows it: as AssociateService answers it, and as a secret keeps it. */
export interface KnownWebhook {
  readonly webhookUrl: string;
  readonly webhookType: 'hmac' | 'apikey' | 'gitlab' | 'pagerduty';
  readonly webhookSecret?: string;
  readonly apiKey?: string;
}

/** The headers of a post with this body. */
export function eventHeaders({ webhookType, webhookSecret = '', apiKey }: KnownWebhook, body: string, time = new Date()): Record<string, string> {
  const timestamp = time.toISOString();
  const mac = (text: string) => createHmac('sha256', webhookSecret).update(text, 'utf8');
  const authentication = {
    hmac: { 'x-amzn-event-timestamp': timestamp, 'x-amzn-event-signature': mac(`${timestamp}:${body}`).digest('base64') },
    apikey: { 'x-amzn-event-timestamp': timestamp, 'authorization': `Bearer ${apiKey}` },
    gitlab: { 'x-gitlab-token': webhookSecret },
    pagerduty: { 'x-pagerduty-signature': `v1=${mac(body).digest('hex')}` },
  };
  return { 'content-type': 'application/json', ...authentication[webhookType] };
}

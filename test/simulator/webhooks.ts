/** The webhooks of associations: their credentials, each shown once, and the posts that they accept or refuse. */

import { createHmac, randomBytes } from 'node:crypto';
import { IncomingHttpHeaders } from 'node:http';
import { hashOf, hide } from './redaction';
import { AnsweredWebhook, Clock, ListedWebhook, ServiceOptions, ShownWebhook, WebhookPost, WebhookType } from './types';

interface Webhook {
  readonly associationId: string;
  readonly webhookId: string;
  readonly webhookType: WebhookType;
  readonly credential: string;
}

/** The result of a post, as an HTTP status; 401 without credentials, 403 with wrong ones. */
type Verdict = { readonly status: 200 } | { readonly status: 401 | 403; readonly reason: string };

/** The path of a webhook's URL; what is checked against a secret or a key, whoever posts it, is generic. */
function pathOf({ webhookType, webhookId }: Webhook): string {
  return `/webhook/${webhookType === 'hmac' || webhookType === 'apikey' ? 'generic' : webhookType}/${webhookId}`;
}

export class Webhooks {
  public posts: WebhookPost[] = [];
  /** Every credential that was ever given out. */
  public readonly credentials: string[] = [];
  private live: Webhook[] = [];

  constructor(
    private readonly clock: Clock,
    private readonly options: Readonly<ServiceOptions>,
    private readonly region: string,
    private readonly newId: () => string,
  ) {}

  /** Makes the webhook of an association, and shows its credential. */
  public issue(associationId: string, webhookType: WebhookType): AnsweredWebhook {
    const credential = randomBytes(32).toString('base64');
    const webhook: Webhook = { associationId, webhookId: this.newId(), webhookType, credential };
    this.credentials.push(credential);
    this.live.push(webhook);
    return { ...this.show(webhook), ...(webhookType === 'apikey' ? { apiKey: credential } : { webhookSecret: credential }) };
  }

  /** The webhooks of an association, without their credentials. */
  public of(associationId: string): ListedWebhook[] {
    return this.live.filter((webhook) => webhook.associationId === associationId).map((webhook) => this.show(webhook));
  }

  public revoke(associationId: string): void {
    this.live = this.live.filter((webhook) => webhook.associationId !== associationId);
  }

  /** Takes a post to a path, and remembers it. */
  public receive(path: string, headers: IncomingHttpHeaders, body: Buffer): Verdict {
    const webhook = this.live.find((candidate) => pathOf(candidate) === path);
    const verdict = webhook ? verdictOf(webhook, headers, body) : { status: 403, reason: 'no such webhook' } as const;
    const post = { at: this.clock.now(), path, ...(webhook && { associationId: webhook.associationId }), ...verdict, body: body.toString('utf8') };
    this.posts.push(hide(this.credentials, post) as WebhookPost);
    return verdict;
  }

  /** All live webhooks, each with the hash of its credential. */
  public snapshot(): ShownWebhook[] {
    return this.live.map((webhook) => ({ associationId: webhook.associationId, ...this.show(webhook), credential: hashOf(webhook.credential) }));
  }

  public reset(): void {
    this.live = [];
    this.posts = [];
  }

  private show(webhook: Webhook): ListedWebhook {
    const origin = this.options.webhookOrigin ?? `https://event-ai.${this.region}.api.aws`;
    return { webhookUrl: origin + pathOf(webhook), webhookId: webhook.webhookId, webhookType: webhook.webhookType };
  }
}

/** GitLab and PagerDuty are believed in the way in which they authenticate to everybody: inference. */
function verdictOf({ webhookType, credential }: Webhook, headers: IncomingHttpHeaders, body: Buffer): Verdict {
  const mac = (prefix: string) => createHmac('sha256', credential).update(prefix).update(body);
  const compare = (name: string, expected: string): Verdict => {
    const given = headers[name];
    if (given === undefined) return { status: 401, reason: `no ${name}` };
    return given === expected ? { status: 200 } : { status: 403, reason: `wrong ${name}` };
  };
  const timestamp = headers['x-amzn-event-timestamp'];
  if (webhookType === 'gitlab') return compare('x-gitlab-token', credential);
  if (webhookType === 'pagerduty') return compare('x-pagerduty-signature', `v1=${mac('').digest('hex')}`);
  if (typeof timestamp !== 'string' || Number.isNaN(Date.parse(timestamp))) return { status: 401, reason: 'no x-amzn-event-timestamp that is a time' };
  return webhookType === 'hmac'
    ? compare('x-amzn-event-signature', mac(`${timestamp}:`).digest('base64'))
    : compare('authorization', `Bearer ${credential}`);
}

import { Description, Example } from './example';
import { check, same, step, tell } from './report';
import { eventHeaders, KnownWebhook } from '../test/simulator/poster';
import { send } from '../test/support/http';
import { deregistered } from '../test/support/registrations';

export const QUICK_START: Description = {
  folder: 'quick-start',
  stack: 'DevOpsTools',
  registrations: {
    Azure: { service: 'azureidentity' },
    EventChannel: { service: 'eventChannel' },
    PagerDuty: { service: 'pagerduty', secret: 'devops-tools/pagerduty' },
    Runbooks: { service: 'mcpserver', secret: 'devops-tools/runbooks' },
    Wiki: { service: 'mcpserver' },
  },
};

/** The endpoint of the runbooks after the second deployment. */
const MOVED = 'https://runbooks.example.com/v2/mcp';

/** The display name of the event channel after the second deployment. */
const RENAMED = 'DevOpsTools-Events';

/** The quick start: deployed, consented to, changed and redeployed; after each deployment, events are posted to its webhook. */
export async function changeQuickStart(example: Example): Promise<void> {
  const { simulator } = example.local;

  const { agentSpaceId } = simulator.service.createAgentSpace('Production');
  const agentSpace = ['-c', `agentSpace=${agentSpaceId}`];

  step('cdk deploy: the quick start, its event channel associated with an Agent Space');
  const first = await example.deploy(...agentSpace);
  example.checkCalls('each was registered once');
  const { consentUrl } = first.Wiki;
  check('the wiki waits for consent', consentUrl !== undefined);

  step('Post events to the webhook, with the URL and the credential that the secret has');
  const webhook = await captured(example);
  await post(webhook, 'signed with the credential', 200);
  await post(forged(webhook), 'signed with a guess', 403);

  step('Consent as a user does in the browser, move the runbooks to another endpoint, rename the event channel, and cdk deploy');
  tell('the local engine lists what does not change as updated too; what really happened is checked below');
  simulator.service.consent(consentUrl!);
  example.rename('EventChannel', RENAMED);
  const second = await example.deploy(
    ...agentSpace, '-c', 'consented=true', '-c', `runbooks=${MOVED}`, '-c', `channel=${RENAMED}`,
  );
  tell('an account has one event channel: registering another is refused until the old one is deregistered');
  example.checkCalls('the runbooks and the event channel were registered once more, everything else was left alone',
    { 'DevOpsTools-Runbooks': 2, [RENAMED]: 2 });
  const { services } = simulator.service.snapshot();
  const moved = services.find(({ serviceId }) => serviceId === second.Runbooks.serviceId);
  check('the old services of both are deregistered, the runbooks have the new endpoint',
    same(deregistered(example.log).sort(), [first.Runbooks.serviceId, first.EventChannel.serviceId].sort())
    && (moved?.details as { endpoint?: string }).endpoint === MOVED);
  const untouched = example.ids.filter((id) => !['EventChannel', 'Runbooks', 'Wiki'].includes(id));
  check('the other service ids are the same', untouched.every((id) => first[id].serviceId === second[id].serviceId));

  step('Post events to the webhook of the new event channel, which the same secret has now');
  const { associations } = simulator.service.snapshot();
  check('the Agent Space uses the new event channel, and nothing else',
    same(associations.map(({ serviceId }) => serviceId), [second.EventChannel.serviceId]));
  await post(await captured(example), 'signed with the new credential', 200);
  await post(webhook, 'signed with the old credential, to the old URL', 403);
}

/** The webhook in the secret that the stack's output names. */
async function captured(example: Example): Promise<KnownWebhook> {
  return JSON.parse(await example.local.aws.secretValue(example.output('WebhookSecret')));
}

/** The same webhook as one knows it who has its URL alone. */
function forged(webhook: KnownWebhook): KnownWebhook {
  return { ...webhook, webhookSecret: 'a guess' };
}

/** Posts an event as any system can, and checks what the webhook answers. */
async function post(webhook: KnownWebhook, how: string, expected: number): Promise<void> {
  const body = JSON.stringify({ eventType: 'incident', incidentId: '1', action: 'created', priority: 'HIGH', title: 'Checkout is slow' });
  const { status } = await send(webhook.webhookUrl, { method: 'POST', headers: eventHeaders(webhook, body), body });
  tell(`POST ${webhook.webhookUrl} → ${status}`);
  check(`${expected < 300 ? 'accepted' : 'refused'}: an event that is ${how}`, status === expected);
}

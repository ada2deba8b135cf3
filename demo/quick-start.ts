import { Description, Example } from './example';
import { check, same, step, tell } from './report';
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

/** The quick start: deployed, consented to, changed and redeployed. */
export async function changeQuickStart(example: Example): Promise<void> {
  const { simulator } = example.local;

  step('cdk deploy: the quick start');
  const first = await example.deploy();
  example.checkCalls('each was registered once');
  const { consentUrl } = first.Wiki;
  check('the wiki waits for consent', consentUrl !== undefined);

  step('Consent as a user does in the browser, move the runbooks to another endpoint, and cdk deploy');
  tell('the local engine lists what does not change as updated too; what really happened is checked below');
  simulator.service.consent(consentUrl!);
  const second = await example.deploy('-c', 'consented=true', '-c', `runbooks=${MOVED}`);
  example.checkCalls('the runbooks were registered once more, everything else was left alone', { Runbooks: 2 });
  const { services } = simulator.service.snapshot();
  const moved = services.find(({ serviceId }) => serviceId === second.Runbooks.serviceId);
  check('the old service of the runbooks is deregistered, the new one has the new endpoint',
    same(deregistered(example.log), [first.Runbooks.serviceId]) && (moved?.details as { endpoint?: string }).endpoint === MOVED);
  const untouched = example.ids.filter((id) => id !== 'Runbooks' && id !== 'Wiki');
  check('the other service ids are the same', untouched.every((id) => first[id].serviceId === second[id].serviceId));
}

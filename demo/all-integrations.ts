import { Description, Example } from './example';
import { check, same, step, tell } from './report';
import { registrableServices } from '../test/simulator/model';

export const ALL_INTEGRATIONS: Description = {
  folder: 'all-integrations',
  stack: 'AllIntegrations',
  registrations: {
    Azure: { service: 'azureidentity' },
    DatabaseAgent: { service: 'remoteagentsigv4' },
    Datadog: { service: 'mcpserverdatadog' },
    Dynatrace: { service: 'dynatrace', secret: 'devops-tools/dynatrace' },
    EventChannel: { service: 'eventChannel' },
    GitLab: { service: 'gitlab', secret: 'devops-tools/gitlab' },
    Grafana: { service: 'mcpservergrafana', secret: 'devops-tools/grafana' },
    NetworkAgent: { service: 'remoteagent', secret: 'devops-tools/network-agent' },
    NewRelic: { service: 'mcpservernewrelic', secret: 'devops-tools/new-relic' },
    Orders: { service: 'mcpserversigv4' },
    PagerDuty: { service: 'pagerduty', secret: 'devops-tools/pagerduty' },
    ServiceNow: { service: 'servicenow', secret: 'devops-tools/servicenow' },
    Splunk: { service: 'mcpserversplunk', secret: 'devops-tools/splunk' },
    Wiki: { service: 'mcpserver', secret: 'devops-tools/wiki' },
  },
};

const WITH_CONSENT = ['Datadog', 'Wiki'];

/** Every integration that there is, in one stack: registered, consented to, removed. */
export async function registerAll(example: Example): Promise<void> {
  const { simulator } = example.local;

  step(`cdk deploy: all ${example.ids.length} integrations in one stack`);
  const first = await example.deploy();
  example.checkCalls('each was registered once');
  const services = Object.values(first).map(({ integration }) => integration);
  check(`these are all ${registrableServices.length} services that the API can register`, same(services.sort(), [...registrableServices].sort()));
  check(`${WITH_CONSENT.join(' and ')} wait for a user's consent, the others are registered`,
    same(example.ids.filter((id) => first[id].consentUrl !== undefined), WITH_CONSENT));

  step('Consent to both as a user does in the browser, and cdk deploy');
  const consented = WITH_CONSENT.map((id) => [id, simulator.service.consent(first[id].consentUrl!)]);
  const second = await example.deploy('-c', 'consented=true');
  const ids = { ...Object.fromEntries(example.ids.map((id) => [id, first[id].serviceId])), ...Object.fromEntries(consented) };
  check('what was consented to has its service id now, the other ids are the same', example.ids.every((id) => second[id].serviceId === ids[id]));
  example.checkCalls('nothing was registered twice');

  step('cdk destroy: all of them');
  await example.destroy();
  tell('all could be removed; behind a consent page that nobody answers there is no service to remove, and the page itself the API cannot take back');
}

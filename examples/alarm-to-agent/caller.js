const { createHmac } = require('node:crypto');
const { SecretsManagerClient, GetSecretValueCommand } = require('@aws-sdk/client-secrets-manager');

const secrets = new SecretsManagerClient();

/** Posts the event of an alarm to the webhook of AWS DevOps Agent, signed with its credential. An error makes EventBridge try again. */
exports.handler = async ({ id, time, region, detail }) => {
  // Not kept: another deployment may have replaced the URL and the credential.
  const { SecretString } = await secrets.send(new GetSecretValueCommand({ SecretId: process.env.WEBHOOK_SECRET_ARN }));
  const { webhookUrl, webhookSecret } = JSON.parse(SecretString);

  const body = JSON.stringify({
    eventType: 'incident',
    incidentId: id,
    action: 'created',
    priority: 'HIGH',
    title: `${detail.alarmName} is in alarm`,
    description: `${detail.state.reason} (Region ${region})`,
    timestamp: time,
  });
  const timestamp = new Date().toISOString();
  const signature = createHmac('sha256', webhookSecret).update(`${timestamp}:${body}`).digest('base64');

  const response = await fetch(webhookUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-amzn-event-timestamp': timestamp, 'x-amzn-event-signature': signature },
    body,
  });
  // The text of an answer is not logged: nobody promises what is in it.
  if (!response.ok) throw new Error(`The webhook answered with the status ${response.status}`);
  return { status: response.status };
};

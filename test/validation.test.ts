// Values of props, and of arguments of factories, one by one: those that are refused, and those that are accepted.
import { Role } from 'aws-cdk-lib/aws-iam';
import { Alias, Key, KeySpec, KeyUsage } from 'aws-cdk-lib/aws-kms';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { CfnDynamicReference, CfnDynamicReferenceService, CfnParameter, Fn, RemovalPolicy, SecretValue, Stack } from 'aws-cdk-lib/core';
import {
  AzureIdentityRegistration, DatadogRegistration, DatadogSite, DynatraceRegistration, GitLabRegistration, GitLabToken, GrafanaRegistration,
  McpServerAuthorization, McpServerRegistration, NewRelicRegion, NewRelicRegistration, OAuthClient, PagerDutyRegistration, PrivateConnectivity,
  RemoteAgentAuthorization, SecretField, ServiceNowRegistration, ServiceRegistration, SigV4McpServerRegistration, SigV4RemoteAgentRegistration,
  SplunkRegistration,
} from '../src';
import {
  URLS, absent, ROLE, Attempt, pagerDuty, client, field, mcp, authorization, azure, channel, dynatrace, serviceNow, gitLab, newRelic, datadog,
  sigV4, agent, sigV4Agent, headers, badField, connection, provider, key, clientCredentials, threeLegged, apiKey, headerAuthorization, bearer,
} from './attempts';
import { errorOf, fieldIn, GUID, KEY_ARN, newStack, secretIn, templateOf, VERSION_ID } from './synthesis';

describe('is refused, with what was given and what is allowed', () => {
  test.each<[string, Attempt, string]>([
    ['an empty display name', channel({ displayName: '' }), "displayName: '' must be 1 to 255 letters"],
    ['a display name that is too long', channel({ displayName: 'x'.repeat(256) }), `displayName: '${'x'.repeat(100)}…' (256 characters) must be 1 to 255 letters, digits, spaces, '_' and '-'`],
    ['a path as display name', channel({ displayName: 'Tools/Channel' }), "displayName: 'Tools/Channel' must be 1 to 255 letters"],
    ['a display name with a line break', channel({ displayName: 'a\nb' }), "displayName: 'a\nb' must be 1 to 255 letters"],
    ['snapshots', channel({ removalPolicy: RemovalPolicy.SNAPSHOT }), 'removalPolicy: SNAPSHOT was given'],
    ['a multi-Region key', key(KEY_ARN.replace('key/', 'key/mrk-')), "key/mrk-01234567-89ab-cdef-0123-456789abcdef' must be the full ARN of a symmetric, single-Region key"],
    ['a multi-Region key of this app', (stack) => channel({ encryptionKey: new Key(stack, 'Key', { multiRegion: true }) })(stack), "encryptionKey: 'Tools/Key' must be a symmetric, single-Region key"],
    ['an asymmetric key of this app', (stack) => channel({ encryptionKey: new Key(stack, 'Key', { keySpec: KeySpec.RSA_2048 }) })(stack), "encryptionKey: 'Tools/Key' must be a symmetric, single-Region key"],
    ['a key for signatures', (stack) => channel({ encryptionKey: new Key(stack, 'Key', { keySpec: KeySpec.HMAC_256, keyUsage: KeyUsage.GENERATE_VERIFY_MAC }) })(stack), "encryptionKey: 'Tools/Key' must be a symmetric, single-Region key"],
    ['an alias by name', (stack) => channel({ encryptionKey: Alias.fromAliasName(stack, 'Alias', 'alias/tools') })(stack), "encryptionKey: an alias was given ('Tools/Alias')"],
    ['an alias of a key of this app', (stack) => channel({ encryptionKey: new Key(stack, 'Key').addAlias('tools') })(stack), 'encryptionKey: an alias was given'],
    ['an alias by ARN', key('arn:aws:kms:us-east-1:111122223333:alias/tools'), 'Aliases and multi-Region keys are not accepted.'],

    // What tryGetContext() answers has the type any.
    ['a subdomain that is not in the context', pagerDuty({ subdomain: undefined }), "subdomain is required: 1 to 63 letters, digits and '-'"],
    ['an endpoint that is not in the context', mcp({ endpoint: undefined }), 'endpoint is required: an https:// URL'],
    ['an endpoint of an agent that is not in the context', sigV4Agent({ endpoint: undefined }), 'endpoint is required'],
    ['an account URN that is not in the context', dynatrace(absent), 'accountUrn is required'],
    ['an instance that is not in the context', serviceNow(absent), 'instanceUrl is required'],
    ['a tenant that is not in the context', azure({ tenantId: undefined }), 'tenantId is required'],
    ['a client that is not in the context', azure({ clientId: undefined }), 'clientId is required'],
    ['an account id that is not in the context', newRelic({ accountId: undefined }), 'accountId is required: 3 to 7 digits'],
    ['a group id that is not in the context', gitLab({ token: GitLabToken.group(fieldIn(new Stack()), absent) }), 'token.groupId is required'],
    ['a signing service that is not in the context', sigV4({ signingService: undefined }), 'signingService is required'],
    ['a client id that is not in the context', client((stack) => OAuthClient.fromClientId(absent, fieldIn(stack))), 'authorization.clientId is required'],
    ['a public client id that is not in the context', authorization(() => McpServerAuthorization.oauth3loPublicClient(absent, URLS)), 'authorization.clientId is required'],
    ['a token URL that is not in the context', clientCredentials({ exchangeUrl: undefined }), 'authorization.exchangeUrl is required'],
    ['a token URL of 3LO that is not in the context', threeLegged({ exchangeUrl: undefined }), 'authorization.exchangeUrl is required'],
    ['an authorization URL that is not in the context', threeLegged({ authorizationUrl: undefined }), 'authorization.authorizationUrl is required'],
    ['a key header that is not in the context', apiKey({ header: undefined }), 'authorization.header is required'],
    ['a version id that is not in the context', field((stack) => SecretField.fromSecretsManagerVersion(secretIn(stack), absent)), "authorization.clientSecret (versionId) is required: a version's id"],
    ['a connection name that is not in the context', connection(absent), 'name is required'],
    ['a service id that is not in the context', (stack) => ServiceRegistration.fromServiceId(stack, 'It', absent), 'serviceId is required'],
    ['a service ARN that is not in the context', (stack) => ServiceRegistration.fromServiceArn(stack, 'It', absent), 'serviceArn is required'],
    ['a service token that is not in the context', provider({ serviceToken: absent }), 'serviceToken is required'],
    ['a role ARN that is not in the context', provider({ roleArn: absent }), 'roleArn is required'],
    ['a number from the context', newRelic({ accountId: 1234567 as any }), 'accountId: a value of type number was given, but it must be a string: 3 to 7 digits'],

    ['an empty subdomain', pagerDuty({ subdomain: '' }), "subdomain: '' must be 1 to 63 letters"],
    ['a subdomain that is too long', pagerDuty({ subdomain: 'x'.repeat(64) }), 'must be 1 to 63 letters'],
    ['a URL as subdomain', pagerDuty({ subdomain: 'https://acme.pagerduty.com' }), "subdomain: 'https://acme.pagerduty.com' must be 1 to 63 letters, digits and '-', without a '-' at either end. Give only the part before '.pagerduty.com'"],
    ['a host name as subdomain', pagerDuty({ subdomain: 'acme.pagerduty.com' }), "'acme' for https://acme.pagerduty.com"],
    ['the account among the scopes', pagerDuty({ scopes: ['as_account-us.acme'] }), "scopes: 'as_account-us.acme' names the account, which is added from subdomain and serviceRegion"],
    ['the account among the scopes, in capitals', pagerDuty({ scopes: ['AS_ACCOUNT-us.acme'] }), "scopes: 'AS_ACCOUNT-us.acme' names the account"],
    ['a scope with a space', pagerDuty({ scopes: ['a b'] }), "scopes[0]: 'a b' must be"],
    ['a dash before the subdomain', pagerDuty({ subdomain: '-acme' }), "subdomain: '-acme' must be 1 to 63 letters"],
    ['an audience of nothing', azure({ audiences: [''] }), "audiences[0]: '' must be not empty"],
    ['scopes that are not known yet', pagerDuty({ scopes: Fn.split(',', Fn.importValue('scopes')) }), 'scopes: a list that is known only at deployment was given'],

    ['a client id with a control character', client((stack) => OAuthClient.fromClientId('a\tb', fieldIn(stack))), 'authorization.clientId: the value given (3 characters, not shown) must be 1 to 255 printable ASCII'],
    ['a client id that is too long', client((stack) => OAuthClient.fromClientId('x'.repeat(256), fieldIn(stack))), 'authorization.clientId: the value given (256 characters, not shown)'],
    ['a client id that CloudFormation would have to read from a secret', client((stack) => OAuthClient.fromClientId(SecretValue.secretsManager('tools', { jsonField: 'id' }).unsafeUnwrap(), fieldIn(stack))), 'pagerduty.authorizationConfig.oAuthClientCredentials.clientId: a dynamic reference to a secret was given, which CloudFormation does not resolve in a custom resource. Pass the secret itself, as a SecretField'],
    ['a parameter that CloudFormation would have to read from a secret', client((stack) => OAuthClient.fromClientId('client', fieldIn(stack), {
      exchangeParameters: { audience: 'x-{{resolve:ssm-secure:tools}}' },
    })), 'exchangeParameters.audience: a dynamic reference to a secret was given'],
    ['a parameter with such a reference to a secret of this app', client((stack) => OAuthClient.fromClientId('client', fieldIn(stack), {
      exchangeParameters: { audience: `{{resolve:secretsmanager:${new Secret(stack, 'Secret').secretArn}}}` },
    })), 'exchangeParameters.audience: a dynamic reference to a secret was given'],
    ['an empty client id', client((stack) => OAuthClient.fromClientId('', fieldIn(stack))), 'authorization.clientId: \'\' must be'],
    ['a client name that is too long', client((stack) => OAuthClient.fromSecretsManager(secretIn(stack), { clientName: 'x'.repeat(101) })), 'must be 1 to 100 letters'],
    ['a client name twice', client((stack) => OAuthClient.fromSecretsManager(secretIn(stack), { clientName: 'a', clientNameField: 'b' })), 'authorization: clientName and clientNameField were both given'],
    ['a bad field of a client name', client((stack) => OAuthClient.fromSecretsManager(secretIn(stack), { clientNameField: '' })), 'authorization.clientName (field)'],
    ['a client name with a slash', client((stack) => OAuthClient.fromSecretsManager(secretIn(stack), { clientName: 'a/b' })), "authorization.clientName: 'a/b' must be"],
    ['a parameter that is public and secret', client((stack) => OAuthClient.fromClientId('client', fieldIn(stack), {
      exchangeParameters: { audience: 'tools' }, secretExchangeParameters: { audience: fieldIn(new Stack()) },
    })), "authorization: 'audience' is among exchangeParameters and among secretExchangeParameters"],
    ['a secret parameter without a field name', client((stack) => OAuthClient.fromClientId('client', fieldIn(stack), {
      secretExchangeParameters: { assertion: SecretField.fromSecretsManager(secretIn(new Stack()), '') },
    })), "authorization.secretExchangeParameters.assertion (field): '' must be"],
    ['an empty field name', field((stack) => SecretField.fromSecretsManager(secretIn(stack), '')), "authorization.clientSecret (field): '' must be the name of a top-level field"],
    ['a key of New Relic as a field', newRelic({ apiKey: SecretField.fromSecretsManager(secretIn(new Stack()), 'NRAK-ABCDEFG') }), 'apiKey (field): the value given (12 characters, not shown) must be the name of a field, but looks like the credential itself. Store that in the secret'],
    ['a token of GitLab as a field', field((stack) => SecretField.fromSecretsManager(secretIn(stack), 'glpat-abc')), '(field): the value given (9 characters, not shown)'],
    ['a token of Grafana as a field', field((stack) => SecretField.fromSecretsManager(secretIn(stack), 'glsa_abc')), '(field): the value given (8 characters, not shown)'],
    ['a secret of Dynatrace as a field', field((stack) => SecretField.fromSecretsManager(secretIn(stack), 'dt0s02.ABC.DEF')), '(field): the value given (14 characters, not shown)'],
    ['a JSON Web Token as a field', field((stack) => SecretField.fromSecretsManager(secretIn(stack), 'eyJhbGciOi')), '(field): the value given (10 characters, not shown)'],
    ['the whole JSON as a field', field((stack) => SecretField.fromSecretsManager(secretIn(stack), '{"token":"a"}')), '(field): the value given (13 characters, not shown)'],
    ['a staging label as version', field((stack) => SecretField.fromSecretsManagerVersion(secretIn(stack), 'AWSCURRENT')), "(versionId): 'AWSCURRENT' must be a version's id, 32 to 64 characters. A staging label"],
    ['a version id that is too long', field((stack) => SecretField.fromSecretsManagerVersion(secretIn(stack), 'x'.repeat(65))), 'must be a version\'s id'],

    ['an endpoint without TLS', mcp({ endpoint: 'http://mcp.example.com' }), "endpoint: 'http://mcp.example.com' must be an https:// URL"],
    ['an endpoint that is too long', mcp({ endpoint: `https://mcp.example.com/${'x'.repeat(2025)}` }), 'at most 2048 characters'],
    ['an endpoint that ends in a space', mcp({ endpoint: 'https://mcp.example.com/mcp ' }), "endpoint: 'https://mcp.example.com/mcp ' must be an https:// URL: a host name, optionally ':' and a port, optionally '/' and a path without white space"],
    ['an endpoint with a query but no path', mcp({ endpoint: 'https://mcp.example.com?a=b' }), 'must be an https:// URL'],
    ['a server name with a dot', mcp({ serverName: 'a.b' }), "serverName: 'a.b' must be 1 to 128 letters, digits, '-' and '_'"],
    ['a server name that is too long', mcp({ serverName: 'x'.repeat(129) }), 'must be 1 to 128 letters'],
    ['an empty description', mcp({ description: '' }), "description: '' must be 1 to 500 letters"],
    ['a description that is too long', mcp({ description: 'x'.repeat(501) }), 'description: the value given (501 characters, not shown)'],
    ['a description with a tab', mcp({ description: 'a\tb' }), 'description: the value given (3 characters'],

    ['a token URL without TLS', clientCredentials({ exchangeUrl: 'http://auth.example.com' }), "authorization.exchangeUrl: 'http://auth.example.com' must be an https:// URL"],
    ['a scope with a space', clientCredentials({ scopes: ['read', 'read write'] }), "authorization.scopes[1]: 'read write' must be 1 to 256 printable ASCII"],
    ['a scope that is too long', clientCredentials({ scopes: ['x'.repeat(257)] }), 'authorization.scopes[0]:'],
    ['too many scopes', clientCredentials({ scopes: Array(101).fill('read') }), 'authorization.scopes: 101 were given, but the API takes at most 100'],
    ['a bad field of a client', clientCredentials({ client: OAuthClient.fromSecretsManager(secretIn(new Stack()), { clientIdField: '' }) }), 'authorization.client.clientId (field)'],
    ['an authorization URL without TLS', threeLegged({ authorizationUrl: 'ftp://a' }), "authorization.authorizationUrl: 'ftp://a' must be"],
    ['a token URL of 3LO without TLS', threeLegged({ exchangeUrl: 'ftp://a' }), "authorization.exchangeUrl: 'ftp://a' must be"],
    ['a bad scope of 3LO', threeLegged({ scopes: ['"'] }), "authorization.scopes[0]: '\"' must be"],
    ['a return to another site', threeLegged({ returnToEndpoint: 'https://example.com' }), "authorization.returnToEndpoint: 'https://example.com' must be a URL of the AWS console"],
    ['a return to the console without a region', authorization(() => McpServerAuthorization.authorizationDiscovery({ returnToEndpoint: 'https://console.aws.amazon.com/' })), 'authorization.returnToEndpoint'],
    ['a public client without PKCE', authorization(() => McpServerAuthorization.oauth3loPublicClient('client', { ...URLS, supportCodeChallenge: false })), 'authorization.supportCodeChallenge: false was given'],
    ['a public client from a secret without PKCE', authorization((stack) => McpServerAuthorization.oauth3loPublicClientFromSecret(fieldIn(stack), { ...URLS, supportCodeChallenge: false })), 'authorization.supportCodeChallenge: false was given'],
    ['a bad field of a public client id', authorization(() => McpServerAuthorization.oauth3loPublicClientFromSecret(badField(), URLS)), 'authorization.clientId (field)'],
    ['a public client id with a control character', authorization(() => McpServerAuthorization.oauth3loPublicClient('a\tb', URLS)), 'authorization.clientId: the value given (3 characters, not shown)'],
    ['a key header with a colon', apiKey({ header: 'x:key' }), "authorization.header: 'x:key' must be the name of an HTTP header"],
    ['an empty key header', apiKey({ header: '' }), "authorization.header: '' must be"],
    ['a key name with a dot', apiKey({ name: 'a.b' }), "authorization.name: 'a.b' must be letters, digits, spaces, '-' and '_'"],
    ['a bad field of a key', apiKey({ apiKey: SecretField.fromSecretsManager(secretIn(new Stack()), '') }), 'authorization.apiKey (field)'],
    ['no headers', headerAuthorization({ secretHeaders: {} }), 'authorization.secretHeaders: 0 were given, but at least 1 is needed'],
    ['too many headers that authorize', headerAuthorization({ headers: headers(3) }), 'authorization.headers: 4 were given, secretHeaders among them, but the API takes at most 3'],
    ['a header that is public and secret, and authorizes', headerAuthorization({ headers: { 'X-Tenant': 'a' }, secretHeaders: { 'X-Tenant': fieldIn(new Stack()) } }), "authorization.secretHeaders: 'X-Tenant' is among headers and among secretHeaders"],
    ['a name of a header that authorizes, with a colon', headerAuthorization({ headers: { 'x:y': 'value' } }), "authorization.headers (name): 'x:y' must be the name of an HTTP header"],
    ['a header that is public and secret, but for its case', headerAuthorization({ headers: { 'x-tenant': 'a' }, secretHeaders: { 'X-Tenant': fieldIn(new Stack()) } }), "authorization.secretHeaders: 'X-Tenant' is among headers and among secretHeaders"],
    ['a header that authorizes and ends in a space', headerAuthorization({ headers: { 'X-A': 'a ' } }), 'authorization.headers.X-A: the value given (2 characters, not shown) must be 1 to 4096'],
    ['a bad field of a header that authorizes', headerAuthorization({ secretHeaders: { 'X-Key': badField() } }), 'authorization.secretHeaders.X-Key (field)'],
    ['a token header with an underscore', bearer({ header: 'x_token' }), "authorization.header: 'x_token' must be the name of an HTTP header"],
    ['a token name with a dot', bearer({ name: 'a.b' }), "authorization.name: 'a.b' must be"],

    ['no private connection', mcp({ privateConnectivity: PrivateConnectivity.split({}) }), 'privateConnectivity: split() was given no connection'],
    ['a connection for tokens that nobody fetches', (stack) => mcp({
      authorization: McpServerAuthorization.bearerToken(fieldIn(stack)),
      privateConnectivity: PrivateConnectivity.split({ exchange: PrivateConnectivity.refFromName(stack, 'Connection', 'tools') }),
    })(stack), 'privateConnectivity: split() was given exchange, but this authorization fetches no tokens'],
    ['a connection name that is too short', connection('ab'), "name: 'ab' must be 3 to 30 lower-case letters"],
    ['a connection name that is too long', connection('x'.repeat(31)), 'must be 3 to 30 lower-case letters'],
    ['a connection name with a capital', connection('Tools'), "name: 'Tools' must be"],
    ['a connection name with a dash at its end', connection('tools-'), "name: 'tools-' must be"],

    ['a tenant that is no GUID', azure({ tenantId: 'tools' }), "tenantId: 'tools' must be a GUID"],
    ['a client that is no GUID', azure({ clientId: `${GUID}0` }), `clientId: '${GUID}0' must be a GUID`],
    ['no audience', azure({ audiences: [] }), 'audiences: an empty list was given'],
    ['a role of another partition', (stack) => azure({ webIdentityRole: Role.fromRoleArn(stack, 'Other', 'arn:aws-iso:iam::111122223333:role/azure') })(stack), "webIdentityRole: 'arn:aws-iso:iam::111122223333:role/azure' must be the ARN of an IAM role"],

    ['an account that is not named by a URN', dynatrace(GUID), `accountUrn: '${GUID}' must be 'urn:dtaccount:' and a UUID in lower case`],
    ['an account in capitals', dynatrace(`urn:dtaccount:${GUID.toUpperCase()}`), 'accountUrn:'],
    ['an instance by its short name', serviceNow('acme'), "instanceUrl: 'acme' must be https://<instance>.service-now.com"],
    ['an instance with a path', serviceNow('https://acme.service-now.com/now'), 'Give the address under service-now.com, without a path'],
    ['an instance at another domain', serviceNow('https://acme.example.com'), 'instanceUrl:'],
    ['an instance of one letter', serviceNow('https://a.service-now.com'), 'those of the instance at least 2'],
    ['an instance that is too long', serviceNow(`https://${'a'.repeat(232)}.service-now.com`), 'at most 255 characters'],
    ['a GitLab with a path', gitLab({ targetUrl: 'https://gitlab.example.com/my-group' }), "targetUrl: 'https://gitlab.example.com/my-group' must be an https:// URL without a path"],
    ['a GitLab without TLS', gitLab({ targetUrl: 'http://gitlab.example.com' }), 'targetUrl:'],
    ['a GitLab with a port that is too long', gitLab({ targetUrl: 'https://gitlab.example.com:123456' }), 'targetUrl:'],
    ['an empty group id', gitLab({ token: GitLabToken.group(fieldIn(new Stack()), '') }), "token.groupId: '' must be the group's id"],
    ['a bad field of a GitLab token', gitLab({ token: GitLabToken.personal(badField()) }), 'token (field)'],
    ['a GitLab connection for tokens', (stack) => gitLab({
      privateConnectivity: PrivateConnectivity.split({ exchange: PrivateConnectivity.refFromName(stack, 'Connection', 'tools') }),
    })(stack), 'privateConnectivity: split() was given exchange'],
    ['an account id that is too short', newRelic({ accountId: '12' }), "accountId: '12' must be 3 to 7 digits"],
    ['an account id that is too long', newRelic({ accountId: '12345678' }), "accountId: '12345678' must be"],
    ['an account id with a letter', newRelic({ accountId: '123a' }), "accountId: '123a' must be"],
    ['an application id with a letter', newRelic({ applicationIds: ['1', 'a'] }), "applicationIds[1]: 'a' must be digits"],
    ['an entity GUID with padding', newRelic({ entityGuids: ['MTIz=='] }), "entityGuids[0]: 'MTIz==' must be letters, digits, '_', '.' and '-'"],
    ['an empty alert policy id', newRelic({ alertPolicyIds: [''] }), "alertPolicyIds[0]: '' must be digits"],
    ['a bad field of a New Relic key', newRelic({ apiKey: badField() }), 'apiKey (field)'],
    ['a Datadog site by its domain', datadog({ site: DatadogSite.of('datadoghq.com') }), "site: 'datadoghq.com' must be an https:// URL"],
    ['a Datadog name with a dot', datadog({ serverName: 'a.b' }), "serverName: 'a.b' must be"],
    ['a Datadog description with a tab', datadog({ description: 'a\tb' }), 'description: the value given (3 characters'],
    ['a return from Datadog to another site', datadog({ returnToEndpoint: 'https://example.com' }), "  - returnToEndpoint: 'https://example.com' must be a URL of the AWS console"],
    ['a Grafana without TLS', (stack) => new GrafanaRegistration(stack, 'It', {
      endpoint: 'http://grafana.example.com', authorization: McpServerAuthorization.bearerToken(fieldIn(stack)),
    }), "endpoint: 'http://grafana.example.com' must be"],
    ['a bad field of a Splunk token', (stack) => new SplunkRegistration(stack, 'It', {
      endpoint: 'https://splunk.example.com', authorization: McpServerAuthorization.bearerToken(badField()),
    }), 'authorization.token (field)'],
    ['an empty signing service', sigV4({ signingService: '' }), "signingService: '' must be 1 to 100 characters"],
    ['a signing service that is too long', sigV4({ signingService: 'x'.repeat(101) }), 'signingService:'],
    ['an availability zone as signing region', sigV4({ signingRegion: 'us-east-1a' }), "signingRegion: 'us-east-1a' must be an AWS region such as us-east-1, at most 50 characters, or '*'"],
    ['a signing region that is too long', sigV4({ signingRegion: `us-${'x'.repeat(46)}-1` }), 'signingRegion:'],
    ['a signing role of another partition', (stack) => sigV4({ role: Role.fromRoleArn(stack, 'Role', 'arn:aws-iso:iam::111122223333:role/a') })(stack), "role: 'arn:aws-iso:iam::111122223333:role/a' must be the ARN of an IAM role"],
    ['a header name with a colon', sigV4({ customHeaders: { 'x:y': 'value' } }), "customHeaders (name): 'x:y' must be the name of an HTTP header"],
    ['a header name that is too long', sigV4({ customHeaders: { ['x'.repeat(257)]: 'value' } }), 'customHeaders (name):'],
    ['an empty header', sigV4({ customHeaders: { 'X-A': '' } }), 'customHeaders.X-A: \'\' must be 1 to 4096 printable ASCII'],
    ['a header that ends in a space', sigV4({ customHeaders: { 'X-A': 'a ' } }), 'customHeaders.X-A: the value given (2 characters, not shown)'],
    ['a header with a line break', sigV4({ customHeaders: { 'X-A': 'a\r\nX-B: b' } }), 'customHeaders.X-A:'],
    ['a header that is too long', sigV4({ customHeaders: { 'X-A': 'x'.repeat(4097) } }), 'customHeaders.X-A: the value given (4097 characters'],
    ['a secret header name with a colon', sigV4({ secretCustomHeaders: { 'x:y': fieldIn(new Stack()) } }), "secretCustomHeaders (name): 'x:y' must be"],
    ['a bad field of a secret header', sigV4({ secretCustomHeaders: { 'X-A': badField() } }), 'secretCustomHeaders.X-A (field)'],
    ['a header that is public and secret', sigV4({ customHeaders: { 'X-A': 'a' }, secretCustomHeaders: { 'X-A': fieldIn(new Stack()) } }), "secretCustomHeaders: 'X-A' is among customHeaders and among secretCustomHeaders"],
    ['a header that is public and secret, in other letters', sigV4({ customHeaders: { 'X-A': 'a' }, secretCustomHeaders: { 'x-a': fieldIn(new Stack()) } }), "secretCustomHeaders: 'x-a' is among customHeaders and among secretCustomHeaders"],
    ['too many headers', sigV4({ customHeaders: headers(10), secretCustomHeaders: { 'X-A': fieldIn(new Stack()) } }), 'customHeaders: 11 were given, secretCustomHeaders among them, but the API takes at most 10'],
    ['an agent name with a dot', agent({ agentName: 'a.b' }), "agentName: 'a.b' must be 1 to 128 letters, digits, '-' and '_'"],
    ['an agent name that is too long', sigV4Agent({ agentName: 'x'.repeat(129) }), 'agentName:'],
    ['an agent without TLS', agent({ endpoint: 'http://agent.example.com' }), "endpoint: 'http://agent.example.com' must be"],
    ['an empty description of an agent', sigV4Agent({ description: '' }), "description: '' must be "],
    ['a key header of an agent with a colon', agent({ authorization: RemoteAgentAuthorization.apiKey({ apiKey: fieldIn(new Stack()), header: 'x:y' }) }), "authorization.header: 'x:y' must be"],
    ['a signing region of an agent with a capital', sigV4Agent({ signingRegion: 'US-east-1' }), 'signingRegion:'],
  ])('%s', (_, attempt, problem) => {
    const error = errorOf(() => attempt(newStack()));
    expect(error).toMatch(/^Tools\/It \([A-Za-z0-9.]+\) cannot be synthesized:\n {2}- /);
    expect(error).toContain(problem);
    expect(error.split('\n  - ')).toHaveLength(2);
  });
});

test('the id of a service that was registered elsewhere is refused where it is too long, in its ARN too', () => {
  const id = 'x'.repeat(256);
  expect(errorOf(() => ServiceRegistration.fromServiceId(newStack(), 'It', id))).toContain('must be 1 to 255 letters');
  expect(errorOf(() => ServiceRegistration.fromServiceArn(newStack(), 'It', `arn:aws:aidevops:us-east-1:111122223333:service/${id}`)))
    .toContain('must be the ARN of a service of AWS DevOps Agent');
});

describe('is accepted', () => {
  test.each<[string, Attempt]>([
    ['the longest display name', channel({ displayName: 'é'.repeat(255) })],
    ['a display name whose characters take two units each', channel({ displayName: '𝒳'.repeat(255) })],
    ['a single-Region key', key(KEY_ARN)],
    ['a key of this app that is said to be what a key is by default', (stack) => channel({
      encryptionKey: new Key(stack, 'Key', { multiRegion: false, keySpec: KeySpec.SYMMETRIC_DEFAULT }),
    })(stack)],
    ['a service id as long as there can be', (stack) => ServiceRegistration.fromServiceArn(stack, 'It', `arn:aws:aidevops:us-east-1:111122223333:service/${'x'.repeat(255)}`)],
    ['the longest subdomain', pagerDuty({ subdomain: 'x'.repeat(63) })],
    ['a subdomain of all that is allowed', pagerDuty({ subdomain: 'Acme-2' })],
    ['the longest client id', client((stack) => OAuthClient.fromClientId('~'.repeat(255), fieldIn(stack)))],
    ['a client id that CloudFormation reads from a parameter', client((stack) => OAuthClient.fromClientId(new CfnDynamicReference(CfnDynamicReferenceService.SSM, 'tools').toString(), fieldIn(stack)))],
    ['the longest client name', client((stack) => OAuthClient.fromSecretsManager(secretIn(stack), { clientName: 'ü._- 1'.padEnd(100, 'x') }))],
    ['a field of any other name', field((stack) => SecretField.fromSecretsManager(secretIn(stack), 'auth.token'))],
    ['the shortest version id', field((stack) => SecretField.fromSecretsManagerVersion(secretIn(stack), 'x'.repeat(32)))],
    ['the longest version id', field((stack) => SecretField.fromSecretsManagerVersion(secretIn(stack), 'x'.repeat(64)))],
    ['the longest endpoint', mcp({ endpoint: `https://mcp.example.com/${'x'.repeat(2024)}` })],
    ['an endpoint with a port and a query', mcp({ endpoint: 'https://mcp.example.com:8443/mcp?a=b' })],
    ['the longest server name', mcp({ serverName: 'aZ9_-'.padEnd(128, 'x') })],
    ['the longest description', mcp({ description: '“€ — 1”'.padEnd(500, 'x') })],
    ['the longest scope, and as many as there can be', clientCredentials({ scopes: [...Array(99).fill('https://a/b!#[]~'), 'x'.repeat(256)] })],
    ['a return to the console of a region', threeLegged({ returnToEndpoint: 'https://us-east-1.console.aws.amazon.com' })],
    ['a return to the web app', threeLegged({ returnToEndpoint: 'https://acme.aidevops.global.app.aws/home' })],
    ['as many headers that authorize as there can be', headerAuthorization({ headers: headers(2) })],
    ['a key header with an underscore', apiKey({ header: 'X_Key-1', name: 'The key_1-a' })],
    ['a token header with a dash', bearer({ header: 'X-Token', name: 'The token' })],
    ['the shortest connection name', connection('a-1')],
    ['the longest connection name', connection('x'.repeat(30))],
    ['a connection for tokens with discovery', (stack) => mcp({
      privateConnectivity: PrivateConnectivity.split({ exchange: PrivateConnectivity.refFromName(stack, 'Connection', 'tools') }),
    })(stack)],
    ['a GUID in capitals', azure({ tenantId: GUID.toUpperCase() })],
    ['a role with a path', (stack) => azure({ webIdentityRole: Role.fromRoleArn(stack, 'Other', `${ROLE}a/b+=,.@_-`) })(stack)],
    ['an account of Dynatrace', dynatrace(`urn:dtaccount:${GUID}`)],
    ['the longest instance, with a slash', serviceNow(`https://${'a'.repeat(230)}.service-now.com/`)],
    ['a GitLab with a port and a slash', gitLab({ targetUrl: 'https://gitlab.example.com:65535/' })],
    ['the shortest account id', newRelic({ accountId: '123' })],
    ['an entity GUID of all that is allowed', newRelic({ entityGuids: ['aZ0_.-'] })],
    ['a Datadog URL with a query', datadog({ site: DatadogSite.of('https://mcp.example.com/mcp?toolsets=all') })],
    ['every region', sigV4({ signingRegion: '*' })],
    ['a region of a long name', sigV4({ signingRegion: 'us-gov-west-1' })],
    ['the longest signing service', sigV4({ signingService: 'x'.repeat(100) })],
    ['as many headers as there can be', sigV4({ customHeaders: headers(9), secretCustomHeaders: { 'X-A': fieldIn(new Stack()) } })],
    ['the longest header', sigV4({ customHeaders: { ['X_-'.padEnd(256, 'x')]: 'a \tb'.padEnd(4096, 'x') } })],
    ['the longest agent name', agent({ agentName: 'x'.repeat(128) })],
  ])('%s', (_, attempt) => {
    expect(errorOf(() => attempt(newStack()))).toBe('nothing was thrown');
  });

  test('whatever is known only at deployment', () => {
    const stack = newStack();
    const later = new CfnParameter(stack, 'Later').valueAsString;
    const laterList = new CfnParameter(stack, 'LaterList', { type: 'CommaDelimitedList' }).valueAsList;
    const secret = secretIn(stack);
    const token = SecretField.fromSecretsManagerVersion(secret, later, later);
    const urls = { authorizationUrl: later, exchangeUrl: later, returnToEndpoint: later, scopes: laterList };
    const connections = PrivateConnectivity.all(PrivateConnectivity.refFromName(stack, 'Connection', later));
    const server = { endpoint: later, serverName: later, description: later, displayName: later, privateConnectivity: connections };
    [
      McpServerAuthorization.oauthClientCredentials({
        client: OAuthClient.fromClientId(later, token, { clientName: later }), exchangeUrl: later, scopes: laterList,
      }),
      McpServerAuthorization.oauth3loPublicClient(later, urls),
      McpServerAuthorization.apiKey({ apiKey: token, header: later, name: later }),
      McpServerAuthorization.bearerToken(token, { header: later, name: later }),
    ].forEach((auth, index) => new McpServerRegistration(stack, `Mcp${index}`, { ...server, authorization: auth }));
    new PagerDutyRegistration(stack, 'PagerDuty', { subdomain: later, authorization: OAuthClient.fromSecretsManager(secret), encryptionKey: Key.fromKeyArn(stack, 'Key', later) });
    new AzureIdentityRegistration(stack, 'Azure', { tenantId: later, clientId: later, webIdentityRole: Role.fromRoleArn(stack, 'Role', Fn.importValue('role')) });
    const role = Role.fromRoleArn(stack, 'Signer', Fn.importValue('signer'));
    const signed = { endpoint: later, signingService: later, signingRegion: later, role, description: later };
    new DynatraceRegistration(stack, 'Dynatrace', { accountUrn: later, authorization: OAuthClient.fromSecretsManager(secret) });
    new ServiceNowRegistration(stack, 'ServiceNow', { instanceUrl: later, authorization: OAuthClient.fromSecretsManager(secret) });
    new GitLabRegistration(stack, 'GitLab', { token: GitLabToken.group(token, later), targetUrl: later });
    new NewRelicRegistration(stack, 'NewRelic', {
      apiKey: token, accountId: later, region: NewRelicRegion.US, applicationIds: laterList, entityGuids: laterList, alertPolicyIds: laterList,
    });
    new DatadogRegistration(stack, 'Datadog', { site: DatadogSite.of(later), serverName: later, description: later, returnToEndpoint: later });
    new SigV4McpServerRegistration(stack, 'SigV4', { ...signed, serverName: later, customHeaders: { 'X-A': later } });
    new SigV4RemoteAgentRegistration(stack, 'SigV4Agent', { ...signed, agentName: later });

    const template = JSON.stringify(templateOf(stack));
    expect(template).toContain('"scopes":{"Ref":"LaterList"}');
    expect(template).toContain('"entityGuids":{"Ref":"LaterList"}');
    expect(template).toContain('"name":{"Ref":"Later"}');
  });
});

test('a version id of AWS Secrets Manager is accepted', () => {
  expect(errorOf(() => field((stack) => SecretField.fromSecretsManagerVersion(secretIn(stack), VERSION_ID))(newStack()))).toBe('nothing was thrown');
});

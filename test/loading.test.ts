import { execFileSync } from 'child_process';
import * as path from 'path';

test('neither loading the library nor using it loads all of aws-cdk-lib', () => {
  const script = `
    const { App, Stack } = require('aws-cdk-lib/core');
    const { EventChannelRegistration } = require(${JSON.stringify(path.join(__dirname, '..', 'lib'))});
    const app = new App();
    new EventChannelRegistration(new Stack(app, 'Tools'), 'Channel');
    app.synth();
    console.log(JSON.stringify(Object.keys(require.cache)));
  `;
  const loaded: string[] = JSON.parse(execFileSync(process.execPath, ['-e', script], { encoding: 'utf8', cwd: path.join(__dirname, '..') }));
  expect(loaded.filter((file) => file.endsWith(path.join('lib', 'integrations', 'event-channel-registration.js')))).toHaveLength(1);
  expect(loaded.filter((file) => file.endsWith(path.join('aws-cdk-lib', 'index.js')))).toEqual([]);
});

test('a module of the library is loaded only once something of it is used, and ES modules can import from it by name', () => {
  const script = `
    import { EventChannelRegistration, OAuthClient } from ${JSON.stringify(path.join(__dirname, '..', 'lib', 'index.js'))};
    console.log(JSON.stringify([EventChannelRegistration.name, OAuthClient.name]));
  `;
  expect(JSON.parse(execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' }))).toEqual(['EventChannelRegistration', 'OAuthClient']);

  const modules = `
    const { EventChannelRegistration } = require(${JSON.stringify(path.join(__dirname, '..', 'lib'))});
    console.log(JSON.stringify(Object.keys(require.cache)));
  `;
  const loaded: string[] = JSON.parse(execFileSync(process.execPath, ['-e', modules], { encoding: 'utf8' }));
  expect(loaded.filter((file) => file.endsWith('-registration.js')).map((file) => path.basename(file)).sort()).toEqual(['event-channel-registration.js', 'service-registration.js']);
});

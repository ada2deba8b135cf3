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
  expect(loaded.filter((file) => file.endsWith(path.join('lib', 'event-channel-registration.js')))).toHaveLength(1);
  expect(loaded.filter((file) => file.endsWith(path.join('aws-cdk-lib', 'index.js')))).toEqual([]);
});

/** The files for people on GitHub that name the owner: who reviews, and where questions go. The others are written by hand. */
import { awscdk, TextFile, YamlFile } from 'projen';

export function addCommunity(project: awscdk.AwsCdkConstructLibrary, repository: string, team: string): void {
  const owners = new TextFile(project, '.github/CODEOWNERS');
  owners.addLine(`# ${owners.marker}`);
  owners.addLine(`* ${team}`);
  owners.addLine('');

  new YamlFile(project, '.github/ISSUE_TEMPLATE/config.yml', {
    obj: {
      blank_issues_enabled: false,
      contact_links: [
        { name: 'Question', url: `${repository}/discussions`, about: 'How to do something, or whether something is meant as it is' },
        { name: 'Vulnerability', url: `${repository}/security/advisories/new`, about: 'Privately, please' },
      ],
    },
  });
}

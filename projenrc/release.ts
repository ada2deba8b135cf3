/** The options of a release: when there is one, which version it has, what its changelog lists, and how it is published. */
import { awscdk, JsonFile, release, ReleasableCommits } from 'projen';

/** The types of commits that a user reads about, with their headings in the changelog. A breaking change of any type is listed, too. */
const LISTED = { feat: 'Features', fix: 'Fixes', perf: 'Performance', revert: 'Reverts' };
const SCOPE = '(\\([^()[:space:]]+\\))?';

export const RELEASE_OPTIONS = {
  // A person decides when, in the list of workflows; the workflow does everything else.
  releaseTrigger: release.ReleaseTrigger.workflowDispatch(),
  // Whoever may approve this environment releases; the registries trust this workflow in this environment alone.
  releaseEnvironment: 'release',
  jsiiReleaseVersion: '0.2.1061',

  // Experimental: a breaking change raises the minor version, everything else the patch. 1.0.0 is a decision, and changes this line.
  majorVersion: 0,
  // The first release is 0.1.0. Later ones follow from the titles of the commits, which nothing said here means.
  nextVersionCommand: 'node -p "process.env.VERSION === \'0.0.0\' ? \'0.1.0\' : \'\'"',
  // The next major version of this tool needs Node.js 22, and warns of it at every install.
  bumpPackage: 'commit-and-tag-version@^12',
  versionrcOptions: { types: Object.entries(LISTED).map(([type, section]) => ({ type, section })) },
  // A release lists something.
  releasableCommits: ReleasableCommits.exec(
    `git log --no-merges --oneline $LATEST_TAG..HEAD -E --grep '^((${Object.keys(LISTED).join('|')})${SCOPE}!?|[a-z]+${SCOPE}!):[[:blank:]]+.+'`,
  ),

  // The registries trust the workflow, so that there is no token to steal; and what npm and PyPI publish says which commit it was made of.
  npmTrustedPublishing: true,
  npmProvenance: true,
};

/** Adds the rules for the titles of commits. A title is a line of a changelog, so it may be as long as one. */
export function addTitles(project: awscdk.AwsCdkConstructLibrary): void {
  new JsonFile(project, '.commitlintrc.json', {
    // The linter refuses a member that it does not know.
    marker: false,
    obj: {
      extends: ['@commitlint/config-conventional'],
      // A subject may begin with a name of the code.
      rules: { 'subject-case': [0], 'header-max-length': [2, 'always', 120], 'body-max-line-length': [0], 'footer-max-line-length': [0] },
    },
  });
}

// Drive a Jira with jira.js: `node drive.mjs <address> <version 2 or 3>` prints what it saw as JSON. The package is
// looked for in the folder that JIRA_JS_MODULES names (a node_modules), else in node_modules beside this file:
// `npm install` here installs it.
import { createRequire } from 'node:module';

const modules = process.env.JIRA_JS_MODULES;
const load = createRequire(modules ? `${modules}/at.js` : import.meta.url);

let jiraJs;
try {
  jiraJs = load('jira.js');
} catch (error) {
  if (error.code !== 'MODULE_NOT_FOUND') throw error;
  console.error(error.message.split('\n')[0]);
  process.exit(3); // told apart from a crash: the test skips
}

const [host, version] = process.argv.slice(2);
const config = { host, authentication: { basic: { email: 'sluice@example.com', apiToken: 'token-sluice' } } };
const jira = version === '3' ? new jiraJs.Version3Client(config) : new jiraJs.Version2Client(config);
const agile = new jiraJs.AgileClient(config);
const text = (words) =>
  version === '3'
    ? { type: 'doc', version: 1, content: [{ type: 'paragraph', content: [{ type: 'text', text: words }] }] }
    : words;
const saw = {};

const made = [];
for (const summary of ['one', 'two', 'three']) {
  const fields = { project: { key: 'DEMO' }, issuetype: { name: 'Bug' }, summary, description: text('it broke') };
  made.push((await jira.issues.createIssue({ fields })).key);
}
const [issueIdOrKey, other] = made;

await jira.issues.editIssue({ issueIdOrKey, fields: { labels: ['db'] }, update: { summary: [{ set: 'new' }] } });
const issue = await jira.issues.getIssue({ issueIdOrKey, expand: 'changelog' });
saw.summary = issue.fields.summary;
saw.labels = issue.fields.labels;
saw.description = issue.fields.description;

await jira.issueComments.addComment({ issueIdOrKey, comment: text('because'), body: text('because') });
saw.comments = (await jira.issueComments.getComments({ issueIdOrKey })).comments.map((one) => one.body);

saw.found = [];
let nextPageToken;
do {
  const asked = { jql: 'project = DEMO order by key', fields: ['summary'], maxResults: 2, nextPageToken };
  const page = await jira.issueSearch.searchForIssuesUsingJqlEnhancedSearchPost(asked);
  saw.found.push(...page.issues.map((one) => one.fields.summary));
  nextPageToken = page.nextPageToken;
} while (nextPageToken);

const { transitions } = await jira.issues.getTransitions({ issueIdOrKey });
const done = transitions.find((one) => one.name === 'Done');
await jira.issues.doTransition({ issueIdOrKey, transition: { id: done.id } });
saw.status = (await jira.issues.getIssue({ issueIdOrKey })).fields.status.name;

await jira.issueWorklogs.addWorklog({ issueIdOrKey, timeSpent: '1h 30m', started: '2026-11-30T09:00:00.000+0000' });
saw.worklogs = (await jira.issueWorklogs.getIssueWorklog({ issueIdOrKey })).worklogs.map((one) => one.timeSpentSeconds);

const ends = { inwardIssue: { key: issueIdOrKey }, outwardIssue: { key: other } };
await jira.issueLinks.linkIssues({ type: { name: 'Blocks' }, ...ends });
saw.linked = (await jira.issues.getIssue({ issueIdOrKey: other })).fields.issuelinks[0].inwardIssue.key === issueIdOrKey;

const board = (await agile.board.getAllBoards({ projectKeyOrId: 'DEMO' })).values[0];
const sprint = await agile.sprint.createSprint({ name: 'Sprint 1', originBoardId: board.id });
await agile.sprint.moveIssuesToSprintAndRank({ sprintId: sprint.id, issues: [other] });
saw.sprint = (await agile.sprint.getIssuesForSprint({ sprintId: sprint.id })).issues.map((one) => one.fields.summary);

saw.missing = await jira.issues.getIssue({ issueIdOrKey: 'NOPE-1' }).catch((error) => error.status);
console.log(JSON.stringify(saw));

// The verdict of Atlassian's own JQL parser: one query a line on stdin, as a JSON string; one `true` (it is JQL)
// or `false` a line on stdout. The package is looked for in the folder that JQL_AST_MODULES names (a node_modules),
// else in node_modules beside this file: `npm install` here installs it.
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';

const modules = process.env.JQL_AST_MODULES;
const load = createRequire(modules ? `${modules}/at.js` : import.meta.url);

let JastBuilder;
try {
  ({ JastBuilder } = load('@atlaskit/jql-ast'));
} catch (error) {
  if (error.code !== 'MODULE_NOT_FOUND') throw error;
  console.error(error.message.split('\n')[0]);
  process.exit(3); // told apart from a crash: the test skips
}

// What the lexer says of a character goes to the console; the verdict is all that counts here.
console.error = () => {};

for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
  const jast = new JastBuilder().build(JSON.parse(line));
  process.stdout.write(`${jast.errors.length === 0}\n`);
}

// Writes the inputs and outputs of each module into its README, between two markers; --check only says which are out of date.
//   node terraform/tools/readme.mjs [--check] [DIRECTORY…]     default: each of terraform/modules
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from '@cdktn/hcl2json';

const BEGIN = '<!-- written by terraform/tools/readme.mjs from here -->';
const END = '<!-- to here -->';
const terraform = dirname(dirname(fileURLToPath(import.meta.url)));
const check = process.argv.includes('--check');
const named = process.argv.slice(2).filter((argument) => argument !== '--check');
const modules = named.length ? named : readdirSync(join(terraform, 'modules')).sort().map((name) => join(terraform, 'modules', name));

const expression = (text) => String(text).replace(/^\$\{([\s\S]*)\}$/, '$1');
const cell = (text) => text.replace(/\s*\n\s*/g, ' ').replace(/\|/g, '\\|').trim();
const code = (text) => (text === '' ? '' : '`` ' + cell(text) + ' ``').replace(/^`` ([^`]*) ``$/, '`$1`');
const shown = (value) => (typeof value === 'string' && /^\$\{[\s\S]*\}$/.test(value) ? expression(value) : JSON.stringify(value));
const table = (head, rows) => [`| ${head.join(' | ')} |`, `|${' --- |'.repeat(head.length)}`, ...rows.map((row) => `| ${row.join(' | ')} |`)].join('\n');

async function blocks(directory, kind) {
  const all = {};
  for (const file of readdirSync(directory).filter((name) => name.endsWith('.tf')).sort()) {
    Object.assign(all, (await parse(file, readFileSync(join(directory, file), 'utf8')))[kind]);
  }
  return Object.entries(all).map(([name, [block]]) => ({ name, ...block })).sort((a, b) => (a.name < b.name ? -1 : 1));
}

async function generated(directory) {
  const variables = await blocks(directory, 'variable');
  const outputs = await blocks(directory, 'output');
  const row = (v) => [`\`${v.name}\``, cell(v.description ?? ''), code(expression(v.type ?? '')), 'default' in v ? code(shown(v.default)) : 'required'];
  return [
    BEGIN,
    '## Inputs',
    table(['name', 'what', 'type', 'default'], [...variables.filter((v) => !('default' in v)), ...variables.filter((v) => 'default' in v)].map(row)),
    '## Outputs',
    outputs.length ? table(['name', 'what'], outputs.map((o) => [`\`${o.name}\``, cell(o.description ?? '') + (o.sensitive ? ' (sensitive)' : '')])) : 'None.',
    END,
  ].join('\n\n');
}

let stale = 0;
for (const directory of modules) {
  const readme = join(directory, 'README.md');
  const fault = (what) => { stale++; console.log(`${relative(process.cwd(), readme)}: ${what}`); };
  if (!existsSync(readme)) { fault('is missing: write what the module is for, then run node terraform/tools/readme.mjs'); continue; }
  const before = readFileSync(readme, 'utf8');
  const [from, to] = [before.indexOf(BEGIN), before.indexOf(END)];
  const text = await generated(directory);
  const after = from < 0 || to < from ? before.trimEnd() + '\n\n' + text + '\n' : before.slice(0, from) + text + before.slice(to + END.length);
  if (after === before) continue;
  if (check) fault('its inputs and outputs are out of date: node terraform/tools/readme.mjs');
  else writeFileSync(readme, after);
}
process.exitCode = stale ? 1 : 0;

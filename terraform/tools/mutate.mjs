// Breaks a module on purpose and demands that its tests notice: each validation, made to accept all; each line of tests/mutations.txt.
// Every assertion must have failed once. Works on the module's own files: run it on a copy, after `terraform init`.
//   node terraform/tools/mutate.mjs MODULE
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const module = process.argv[2];
const testFiles = readdirSync(join(module, 'tests')).filter((name) => name.endsWith('.tftest.hcl')).map((name) => `tests/${name}`);
const text = new Map(testFiles.map((file) => [file, readFileSync(join(module, file), 'utf8')]));
const unquoted = (message) => message.replace(/\\(.)/g, '$1');
const assertions = new Map(testFiles.map((file) => [file,
  [...text.get(file).matchAll(/assert \{[\s\S]*?error_message\s*=\s*"((?:[^"\\]|\\.)*)"/g)].map((match) => unquoted(match[1]))]));
const flat = (output) => output.replace(/\s+/g, ' ');
const faults = [];
const seen = new Set();
let mutations = 0;

function test(file, changed, files) {
  const path = join(module, file);
  const before = readFileSync(path, 'utf8');
  writeFileSync(path, changed(before));
  try {
    const { status, stdout, stderr } = spawnSync('terraform', [`-chdir=${module}`, 'test', ...files.map((name) => `-filter=${name}`)], { encoding: 'utf8' });
    mutations++;
    return { status, output: flat(stdout + stderr) };
  } finally {
    writeFileSync(path, before);
  }
}

for (const file of readdirSync(module).filter((name) => name.endsWith('.tf'))) {
  const source = readFileSync(join(module, file), 'utf8');
  for (const variable of source.matchAll(/^variable "(\w+)" \{$[\s\S]*?^\}$/gm)) {
    for (const validation of variable[0].matchAll(/^ {4}condition\s*=[\s\S]*?(?=^ {4}error_message)/gm)) {
      const at = variable.index + validation.index;
      const files = testFiles.filter((name) => text.get(name).includes('expect_failures') && text.get(name).includes(`var.${variable[1]}`));
      const lax = `    condition = var.${variable[1]} == var.${variable[1]}\n`;
      const what = `${file}:${source.slice(0, at).split('\n').length}: the validation of ${variable[1]}`;
      if (!files.length) { faults.push(`${what} has no test`); continue; }
      const { status, output } = test(file, (s) => s.slice(0, at) + lax + s.slice(at + validation[0].length), files);
      if (status === 0) faults.push(`${what} accepts all, and no test notices`);
      else if (!output.includes('Missing expected failure')) faults.push(`${what}: the tests fail for another reason: ${output.slice(0, 300)}`);
    }
  }
}

const list = join(module, 'tests/mutations.txt');
const lines = existsSync(list) ? readFileSync(list, 'utf8').split('\n').filter((line) => line.trim() && !line.startsWith('#')) : [];
for (const line of lines) {
  const [file, from, to] = line.split(' | ').map((part) => part.trim());
  if (to === undefined || readFileSync(join(module, file), 'utf8').split(from).length < 2) { faults.push(`mutations.txt: ${line}: ${file} has no such text`); continue; }
  const { status, output } = test(file, (s) => s.replace(from, () => to.replace('(nothing)', '')), testFiles.filter((name) => assertions.get(name).length));
  const noticed = [...assertions.values()].flat().filter((message) => output.includes(flat(message)));
  noticed.forEach((message) => seen.add(message));
  if (status === 0) faults.push(`mutations.txt: ${line}: no test notices`);
  else if (!noticed.length) faults.push(`mutations.txt: ${line}: no assertion notices: ${output.slice(0, 400)}`);
}
for (const [file, messages] of assertions) {
  for (const message of messages) if (!seen.has(message)) faults.push(`${file}: "${message}" was never seen to fail`);
  new Set(messages).size === messages.length || faults.push(`${file}: two assertions have the same message`);
}
faults.forEach((fault) => console.log(fault));
console.log(`= ${mutations} mutations, ${seen.size} assertions`);
process.exitCode = faults.length ? 1 : 0;

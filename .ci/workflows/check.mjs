// What .ci/workflows.sh runs: node check.mjs ROOT. Prints each problem in a line and exits with 1 where there is one.
import {existsSync, readFileSync, readdirSync, statSync} from 'node:fs';
import {register} from 'node:module';
import {join} from 'node:path';
import {DockerfileParser} from 'dockerfile-ast';
import {validate} from 'dockerfile-utils';

// The parser imports its schema as bundlers allow it, not as Node does.
register('./json.mjs', import.meta.url);
const {NoOperationTraceWriter, parseWorkflow, convertWorkflowTemplate} = await import('@actions/workflow-parser');

const root = process.argv[2];
const problems = [];

/** A script of ours that a step calls, as .ci/run, ./sluice or runners/flink/image.sh. */
const SCRIPT = /^\s*(?:\.\/)?((?:\.ci|runners|terraform)\/[\w./-]+|sluice)\b/gm;

async function workflow(name) {
  const path = `.github/workflows/${name}`;
  const text = readFileSync(join(root, path), 'utf8');
  const say = problem => problems.push(`${path}: ${problem}`);

  const {context, value} = parseWorkflow({name: path, content: text}, new NoOperationTraceWriter());
  if (value) await convertWorkflowTemplate(context, value);
  context.errors.getErrors().forEach(error => problems.push(error.message));
  if (!value) return;

  // A tag can be moved to other code, a commit cannot. The version beside it is for people, and for who proposes updates.
  text.split('\n').forEach((line, i) => {
    const uses = /^\s*(?:-\s+)?uses:\s*(\S+)(.*)$/.exec(line);
    if (!uses || uses[1].startsWith('./')) return;
    if (!/^[\w.-]+\/[\w./-]+@[0-9a-f]{40}$/.test(uses[1])) say(`${i + 1}: ${uses[1]} is not pinned by a commit's 40 digits`);
    else if (!/^ # v\d+\.\d+\.\d+$/.test(uses[2])) say(`${i + 1}: ${uses[1]} has no comment with its version, as # v1.2.3`);
  });

  if (!/^permissions:\n {2}contents: read\n/m.test(text)) say('permissions of the whole are not contents: read');
  if (!/^concurrency:/m.test(text)) say('no concurrency');
  const jobs = text.slice(text.indexOf('\njobs:')).split(/\n {2}(?=[\w-]+:\n)/).slice(1);
  for (const job of jobs) {
    const id = job.slice(0, job.indexOf(':'));
    if (/^ {4}uses:/m.test(job)) continue;
    if (!/^ {4}timeout-minutes: \d+$/m.test(job)) say(`${id}: no timeout-minutes`);
    for (const step of job.split(/\n {6}- /).slice(1)) {
      if (/uses: actions\/checkout@/.test(step) && !/persist-credentials: false/.test(step)) say(`${id}: checkout leaves its token behind`);
      // Text of others, put into a script, is run: it is to come by the environment.
      const script = /run: (?:\||(.*))([\s\S]*)/.exec(step);
      if (script && /\$\{\{/.test(script[0].split(/\n {8}\w/)[0])) say(`${id}: a script has \${{ }} in it; hand it over by env`);
    }
  }
  for (const [, script] of text.replace(/run: (?!\|)/g, '\n').matchAll(SCRIPT)) {
    const file = join(root, script);
    if (!existsSync(file)) say(`${script} is not there`);
    else if (!(statSync(file).mode & 0o100)) say(`${script} is not executable`);
  }
}

function dockerfile(path) {
  const text = readFileSync(join(root, path), 'utf8');
  const say = problem => problems.push(`${path}: ${problem}`);
  validate(text).forEach(found => say(`${found.range.start.line + 1}: ${found.message}`));
  const file = DockerfileParser.parse(text);
  const stages = file.getFROMs();
  const names = stages.map(stage => stage.getBuildStage()).filter(Boolean);
  for (const stage of stages) {
    if (!names.includes(stage.getImage()) && !/@(sha256:[0-9a-f]{64}|\$\{\w+_DIGEST\})$/.test(stage.getImage())) say(`${stage.getImage()} is not named by its digest`);
  }
  const instructions = file.getInstructions();
  const last = instructions.map(i => i.getKeyword()).lastIndexOf('FROM');
  const users = instructions.slice(last).filter(i => i.getKeyword() === 'USER');
  if (!/^9999(:\d+)?$/.test(users.at(-1)?.getArgumentsContent() ?? '')) say('it does not end as user 9999');
  for (const instruction of file.getInstructions()) {
    if (['ARG', 'ENV'].includes(instruction.getKeyword()) && /SECRET|PASSWORD|TOKEN|ACCESS_KEY/i.test(instruction.getArgumentsContent())) say(`${instruction.getKeyword()} ${instruction.getArgumentsContent()}: no secrets in an image`);
    if (instruction.getKeyword() === 'ADD') say('ADD unpacks and downloads: COPY');
  }
}

const workflows = readdirSync(join(root, '.github/workflows')).filter(name => /\.ya?ml$/.test(name));
if (workflows.length === 0) problems.push('.github/workflows: nothing there');
for (const name of workflows) await workflow(name);
dockerfile('runners/flink/Dockerfile');
JSON.parse(readFileSync(join(root, '.github/renovate.json'), 'utf8'));

problems.forEach(problem => console.error(problem));
console.log(`workflows: ${workflows.length} workflows and a Dockerfile, ${problems.length} problems`);
process.exit(problems.length ? 1 : 0);

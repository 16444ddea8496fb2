// Evaluates the policies of a plan against iam-verdicts.txt and prints the table; exit status 1 where a verdict differs.
//   node terraform/tools/simulate-iam.mjs PLAN.json KEY-PLAN.json TABLES-PLAN.json [--quiet]     plans as `terraform show -json` prints them
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runSimulation } from '@cloud-copilot/iam-simulate';

const [planFile, keyPlanFile, tablesPlanFile] = process.argv.slice(2);
const quiet = process.argv.includes('--quiet');
const ACCOUNT = '111122223333';
const REGION = 'eu-central-1';

function resources(file) {
  const found = [];
  const walk = (module) => { found.push(...(module.resources ?? [])); (module.child_modules ?? []).forEach(walk); };
  walk(JSON.parse(readFileSync(file)).planned_values.root_module);
  return found;
}
const plan = resources(planFile);
const known = (value, what) => { if (!value) throw new Error(`${what} is not known in ${planFile}`); return value; };
const policyOf = (r) => JSON.parse(known(r.values.policy, r.address));

const bucketPolicies = new Map(plan.filter((r) => r.type === 'aws_s3_bucket_policy').map((r) => [r.values.bucket, policyOf(r)]));
const names = [...bucketPolicies.keys()];
const bucket = (part) => known(names.find((name) => name.includes(`-${part}-`)), `the bucket of ${part}`);
const buckets = { lake: bucket('lake'), dead: bucket('dead-letters'), state: bucket('state') };
const roles = new Map(plan.filter((r) => r.type === 'aws_iam_role').map((r) => [r.index, r.values]));
const arnOf = (role) => `arn:aws:iam::${ACCOUNT}:role${known(roles.get(role), `the role ${role}`).path}${roles.get(role).name}`;
const key = known(plan.find((r) => r.type === 'aws_s3_bucket_server_side_encryption_configuration' && r.index === 'lake'), 'encryption')
  .values.rule[0].apply_server_side_encryption_by_default[0].kms_master_key_id;
const otherKey = `arn:aws:kms:${REGION}:${ACCOUNT}:key/ffffffff-0000-4000-8000-00000000ffff`;
const keyPolicy = policyOf(known(resources(keyPlanFile).find((r) => r.type === 'aws_kms_key'), 'a key'));
const tablesPolicy = JSON.parse(known(resources(tablesPlanFile).find((r) => r.type === 'aws_s3tables_table_bucket_policy'), 'the policy of a bucket of tables').values.resource_policy);
const tables = tablesPolicy.Statement[0].Resource[0];

// The simulator leaves out condition keys whose names have a variable in the middle. So these go by another key that it knows for the same
// actions, in policies and requests alike: a cluster's issuer by Google's, S3's encryption context by the alias of a request.
const issuer = JSON.stringify([...roles.values()].map((r) => r.assume_role_policy)).match(/oidc-provider\/([^"\\]+)/)[1];
const respelt = (policy) => JSON.parse(JSON.stringify(policy).replaceAll(issuer, 'accounts.google.com').replaceAll('kms:EncryptionContext:aws:s3:arn', 'kms:RequestAlias'));
const provider = `arn:aws:iam::${ACCOUNT}:oidc-provider/accounts.google.com`;

const WHOLE = { 's3:ObjectCreationOperation': 'true' };
const CIRCUMSTANCES = {
  plain: { 'aws:SecureTransport': 'false' },
  'tls1.1': { 's3:TlsVersion': '1.1' },
  create: { ...WHOLE, 's3:if-none-match': '*' },
  replace: WHOLE,
  part: { 's3:ObjectCreationOperation': 'false' },
  key: { 's3:x-amz-server-side-encryption': 'aws:kms', 's3:x-amz-server-side-encryption-aws-kms-key-id': key },
  'other-key': { 's3:x-amz-server-side-encryption': 'aws:kms', 's3:x-amz-server-side-encryption-aws-kms-key-id': otherKey },
  'aws-key': { 's3:x-amz-server-side-encryption': 'aws:kms' },
  aes: { 's3:x-amz-server-side-encryption': 'AES256' },
  'client-key': { 's3:x-amz-server-side-encryption-customer-algorithm': 'AES256' },
  prefix: (value) => ({ 's3:prefix': value }),
  'via-s3': (value) => ({ 'kms:ViaService': `s3.${REGION}.amazonaws.com`, 'kms:RequestAlias': `arn:aws:s3:::${buckets[value] ?? value}` }),
  via: (value) => ({ 'kms:ViaService': `${value}.${REGION}.amazonaws.com` }),
  'of-tables': { 'kms:ViaService': `s3.${REGION}.amazonaws.com`, 'kms:RequestAlias': `${tables}/table/0a1b2c3d` },
  'of-other-tables': { 'kms:ViaService': `s3.${REGION}.amazonaws.com`, 'kms:RequestAlias': `${tables}-2/table/0a1b2c3d` },
  account: (value) => ({ 'aws:PrincipalAccount': value }),
  in: (value) => ({ 's3tables:namespace': value }),
  sub: (value) => ({ 'accounts.google.com:sub': `system:serviceaccount:${value}` }),
  aud: (value) => ({ 'accounts.google.com:aud': value }),
};
function context(action, words) {
  const context = { 'aws:SecureTransport': 'true', ...(action.startsWith('s3tables:') && { 'aws:PrincipalIsAWSService': 'false', 'aws:PrincipalAccount': ACCOUNT }), ...(action.startsWith('s3:') && { 's3:TlsVersion': '1.3' }) };
  for (const word of words) {
    const [name, value] = [word.split('=')[0], word.slice(word.indexOf('=') + 1)];
    const circumstance = CIRCUMSTANCES[name];
    if (!circumstance) throw new Error(`iam-verdicts.txt: ${word} is no circumstance`);
    Object.assign(context, typeof circumstance === 'function' ? circumstance(value) : circumstance);
  }
  return context;
}

function request(who, resource) {
  const identityPolicies = plan.filter((r) => r.type === 'aws_iam_role_policy' && roles.has(who) && r.values.role === roles.get(who).name)
    .map((r) => ({ name: r.address, policy: respelt(policyOf(r)) }));
  const trusted = [...roles.keys()].find((role) => arnOf(role) === resource);
  if (trusted) {
    const resourcePolicy = respelt(JSON.parse(roles.get(trusted).assume_role_policy));
    if (who === 'pod') return { principal: provider, identityPolicies: [], resourcePolicy };
    const assume = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: '*' }] };
    return { principal: `arn:aws:iam::${ACCOUNT}:role/${who}`, identityPolicies: [{ name: 'may ask', policy: assume }], resourcePolicy };
  }
  const resourcePolicy = resource.startsWith('arn:aws:kms:') ? keyPolicy : resource.startsWith(tables) ? tablesPolicy : bucketPolicies.get(resource.match(/^arn:aws:s3:::([^/]+)/)?.[1]);
  return { principal: arnOf(who), identityPolicies, resourcePolicy };
}

let cases = 0;
let wrong = 0;
for (const line of readFileSync(join(dirname(fileURLToPath(import.meta.url)), 'iam-verdicts.txt'), 'utf8').split('\n')) {
  if (!line.trim() || line.startsWith('#')) {
    if (!quiet && line.startsWith('# ') && cases + wrong > 0) console.log(`\n${line.slice(2)}`);
    continue;
  }
  const [who, verdict, action, pattern, circumstances = ''] = line.split('|').map((part) => part.trim());
  const resource = pattern.replace(/\{role (\w+)\}/, (_, role) => arnOf(role)).replace('{other-key}', otherKey).replace('{key}', key).replace('{tables}', tables)
    .replace(/\{(lake|dead|state)\}/, (_, name) => `arn:aws:s3:::${buckets[name]}`);
  const { principal, identityPolicies, resourcePolicy } = request(who, resource);
  const answer = await runSimulation({
    request: { principal, action, resource: { resource, accountId: ACCOUNT }, contextVariables: context(action, circumstances.split(/\s+/).filter(Boolean)) },
    identityPolicies, resourcePolicy, serviceControlPolicies: [], resourceControlPolicies: [],
  }, {});
  if (answer.resultType === 'error') throw new Error(`${line}\n${JSON.stringify(answer.errors)}`);
  const unused = (answer.result?.ignoredContextKeys ?? []).filter((name) => !name.startsWith('aws:'));
  if (unused.length) throw new Error(`${line}\nthe simulator does not know ${unused} for this action`);
  cases++;
  const is = answer.overallResult;
  const right = verdict === (is === 'Allowed' ? 'allowed' : 'denied');
  if (!right) wrong++;
  if (!quiet || !right) console.log(`${right ? ' ' : '!'} ${who.padEnd(8)} ${is.padEnd(16)} ${action.padEnd(29)} ${pattern} ${circumstances ? `(${circumstances})` : ''}${right ? '' : ` expected: ${verdict}`}`);
}
console.log(`${cases} verdicts, ${wrong} not as expected`);
process.exitCode = wrong || !cases ? 1 : 0;

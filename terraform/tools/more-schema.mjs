// Adds to a schema of the AWS provider, for machines that cannot download the provider, the resources of aws-schema.json that it lacks. They are
// those of hashicorp/aws 6.25: a name, a type as Terraform writes it in JSON, and whether it is required, optional or computed.
//   node terraform/tools/more-schema.mjs SCHEMA.json
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const file = process.argv[2];
const schema = JSON.parse(readFileSync(file));
const more = JSON.parse(readFileSync(join(dirname(fileURLToPath(import.meta.url)), 'aws-schema.json')));
for (const [name, attributes] of Object.entries(more)) {
  schema.resource_schemas[name] ??= {
    version: 0,
    block: {
      attributes: attributes.map(([attribute, type, how]) => ({
        name: attribute, type, required: how.includes('required'), optional: how.includes('optional'), computed: how.includes('computed'),
      })),
      block_types: [],
    },
  };
}
writeFileSync(file, JSON.stringify(schema));

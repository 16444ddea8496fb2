/** Imports of JSON are of JSON, whether they say so or not. */
export async function resolve(specifier, context, next) {
  const resolved = await next(specifier, context);
  return resolved.url.endsWith('.json') ? {...resolved, importAttributes: {type: 'json'}} : resolved;
}

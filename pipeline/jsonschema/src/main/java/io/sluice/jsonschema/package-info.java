/**
 * The format JSON Schema: documents are decoded as those of the format JSON are, by the same
 * decoder, and then have to be what their schema allows.
 */
@org.jspecify.annotations.NullMarked
package io.sluice.jsonschema;

/**
 * What a table is: a contract's columns, types and rules, read from YAML and checked once. Lint,
 * comparison of two versions and the JSON Schema for editors come from the same declaration. It
 * knows neither Kafka nor files.
 */
package io.sluice.contract;

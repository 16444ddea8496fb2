/**
 * Schema registries: Confluent's API, as Confluent, Apicurio and Karapace speak it, and AWS Glue's.
 * What one has answered is kept; one that does not answer is waited for; one that refuses is said
 * in one line.
 */
@NullMarked
package io.sluice.registry;

import org.jspecify.annotations.NullMarked;

/**
 * Rewrites of a date's files beside running jobs: small files become large ones, and a date is
 * derived again from Kafka. Which files may be replaced, and when, is decided here; docs/adr/0008
 * says why it is safe.
 */
package io.sluice.compact;

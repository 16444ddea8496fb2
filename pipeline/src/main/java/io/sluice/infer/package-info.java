/**
 * Drafts a contract from a sample of real records: which fields there are, of which type, and which
 * of them is the event time.
 */
package io.sluice.infer;

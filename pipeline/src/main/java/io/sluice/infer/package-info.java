/** Drafts a contract from a sample of real records. */
package io.sluice.infer;

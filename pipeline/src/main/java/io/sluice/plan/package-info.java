/**
 * Before a run: reads a sample of the topic, tries the stores, and says what would be rejected,
 * needed and paid, and which flags to set. It leaves nothing behind.
 */
package io.sluice.plan;

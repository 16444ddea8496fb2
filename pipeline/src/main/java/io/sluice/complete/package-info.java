/**
 * When a date is complete, and which files are its rows: the manifest of a date, {@code _SUCCESS},
 * and the step that publishes both once the watermark has passed.
 */
package io.sluice.complete;

/**
 * One page about a lake: rows, files, lateness, dead letters and the proof by partition, as data
 * and as HTML that needs no network.
 */
package io.sluice.report;

/**
 * When a row is to be written: the window of its event time, or of its record's time where the
 * event is late.
 */
package io.sluice.window;

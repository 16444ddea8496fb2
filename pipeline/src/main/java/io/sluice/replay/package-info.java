/**
 * Brings dead letters back: decodes them again after declared repairs, and appends those that the
 * contract accepts now under their original positions, each once.
 */
package io.sluice.replay;
